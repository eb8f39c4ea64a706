using System.Collections.Immutable;
using System.Text.Json;
using Unbrick.Formats;

namespace Unbrick.Tests.Formats;

/// <summary>Every sample gets the verdict and the reason that are true about it, and what is whole is written back byte for byte.</summary>
public sealed class GoldenTests
{
    /// <summary>Compressed files are looked into by the identification, not by the format of what is inside.</summary>
    public static TheoryData<string> Files => [.. Samples.All.Where(s => FormatRegistry.Find(s.Format) is not null && s.Variant != "gz" | s.Format == "comp").Select(s => s.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_sample_gets_its_verdict_and_its_reason(string file)
    {
        Sample sample = Samples.All.Single(s => s.File == file);
        IFirmwareFormat format = FormatRegistry.Find(sample.Format)!;
        Finding? finding = format.Read(Samples.Claimed(Samples.Bytes(file)));
        Assert.NotNull(finding);
        Finding judged = finding.With(format.Compare(finding, sample.Expected));
        string[] codes = [.. judged.Flaws.Select(flaw => flaw.Code)];
        if (sample.Good)
        {
            Assert.Empty(codes);
            Assert.NotEqual(Verdict.Bad, judged.Verdict);
            AssertFields(sample.Fields, judged);
        }
        else
        {
            Assert.Contains(sample.Why, codes);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_whole_is_written_back_byte_for_byte(string file)
    {
        Sample sample = Samples.All.Single(s => s.File == file);
        if (FormatRegistry.Find(sample.Format) is not IFormatWriter writer || !sample.Good)
            return;
        byte[] bytes = Samples.Bytes(file);
        Finding finding = writer.Read(Samples.Claimed(bytes))!;
        byte[]? written = writer.Rewrite(Samples.Claimed(bytes));
        Assert.NotNull(written);
        Assert.Equal(bytes[..finding.Length], written);
    }

    /// <summary>Facts that have a name in golden.json have the value that stands there; names that no fact has are remarks.</summary>
    private static void AssertFields(JsonElement fields, Finding finding)
    {
        if (fields.ValueKind != JsonValueKind.Object)
            return;
        foreach (JsonProperty field in fields.EnumerateObject())
        {
            switch (finding[field.Name])
            {
                case string text:
                    Assert.Equal(field.Value.ToString(), text);
                    break;
                case long number:
                    Assert.Equal(field.Value.GetInt64(), number);
                    break;
                case bool flag:
                    Assert.Equal(field.Value.GetBoolean(), flag);
                    break;
                case ImmutableSortedDictionary<string, string> map:
                    Assert.Equal(field.Value.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!).OrderBy(p => p.Key, StringComparer.Ordinal), map);
                    break;
                case ImmutableArray<string> list:
                    Assert.Equal(field.Value.EnumerateArray().Select(v => v.GetString()!), list);
                    break;
            }
        }
    }
}
