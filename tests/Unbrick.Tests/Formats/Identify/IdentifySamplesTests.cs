using Unbrick.Formats;
using Unbrick.Formats.Identify;

namespace Unbrick.Tests.Formats.Identify;

/// <summary>Nobody says what the file is, and it is recognised all the same: format, verdict, reason.</summary>
public sealed class IdentifySamplesTests
{
    /// <summary>What cannot be told from the bytes alone, and why.</summary>
    private static readonly Dictionary<string, string> s_needsToBeTold = new()
    {
        ["ath-art/qca-art-64k.erased.bin"] = "64 KiB of FF: any erased block",
        ["mtk-factory/xiaomi-factory-64k.erased.bin"] = "64 KiB of FF: any erased block",
        ["jffs2/le.erased.bin"] = "nothing but FF: an erased partition",
        ["tplink-recovery-raw/archer-mr200-recovery-file.no-boot.bin"] = "begins with a kernel, as many files do that need no boot loader",
        ["safeloader/archer-c7-v5-sysupgrade.bin"] = "kernel and root file system without any header",
    };

    public static TheoryData<string> Files =>
        [.. Samples.All.Where(s => FormatRegistry.Find(s.Format) is not null && !s_needsToBeTold.ContainsKey(s.File)).Select(s => s.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_sample_is_recognised_without_being_told(string file)
    {
        Sample sample = Samples.All.Single(s => s.File == file);
        Identification found = Identification.Of(file, Samples.Bytes(file));
        Finding main = Assert.IsType<Finding>(found.Main);
        Assert.Equal(sample.Format, main.Format);
        Finding judged = main.With(FormatRegistry.Find(main.Format)!.Compare(main, sample.Expected));
        if (sample.Good)
            Assert.Empty(judged.Flaws);
        else
            Assert.Contains(sample.Why, judged.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void What_needs_to_be_told_is_at_least_not_taken_for_something_else()
    {
        foreach (string file in s_needsToBeTold.Keys)
        {
            Finding? main = Identification.Of(file, Samples.Bytes(file)).Main;
            string own = file.Split('/')[0];
            // The content of a file without header is what it begins with.
            Assert.True(main is null || main.Format == own || main.Format is "blank" or "comp" or "squashfs", $"{file}: {main?.Format}");
        }
    }
}
