using System.Globalization;
using System.Text.Json;
using Unbrick.Formats;

namespace Unbrick.Tests.Formats;

/// <summary>The files under <c>samples/</c> with what is true about them (<c>samples/golden.json</c>).</summary>
internal static class Samples
{
    public static IReadOnlyList<Sample> All { get; } = Load();

    public static byte[] Bytes(string file) => File.ReadAllBytes(Repository.PathOf("samples/" + file));

    /// <summary>A file taken for what it is said to be.</summary>
    public static FormatInput Claimed(byte[] bytes) => new(bytes, 0, bytes.Length, new ReadBudget()) { Claimed = true, AtStart = true };

    /// <summary>The same without anybody saying what it is.</summary>
    public static FormatInput Unclaimed(byte[] bytes) => new(bytes, 0, bytes.Length, new ReadBudget()) { AtStart = true };

    private static List<Sample> Load()
    {
        using JsonDocument golden = JsonDocument.Parse(Repository.Read("samples/golden.json"));
        JsonElement files = golden.RootElement.EnumerateObject().Last(p => p.Value.ValueKind == JsonValueKind.Array).Value;
        return [.. files.EnumerateArray().Select(Read)];
    }

    private static Sample Read(JsonElement item)
    {
        string[] format = item.GetProperty("format").GetString()!.Split('/');
        return new Sample(
            item.GetProperty("file").GetString()!,
            format[0],
            format.Length > 1 ? format[1] : null,
            item.GetProperty("valid").GetString() == "ok",
            item.TryGetProperty("why", out JsonElement why) ? why.GetString() : null,
            item.TryGetProperty("fields", out JsonElement fields) ? fields.Clone() : default,
            item.TryGetProperty("ctx", out JsonElement ctx) ? Expected(ctx) : new Expectation());
    }

    private static Expectation Expected(JsonElement ctx)
    {
        Expectation expected = new();
        foreach (JsonProperty p in ctx.EnumerateObject())
        {
            string text = p.Value.ToString();
            expected = p.Name switch
            {
                "expect_hw_id" => expected with { HwId = Number(text) },
                "expect_hw_rev" => expected with { HwRev = Number(text) },
                "expect_region" => expected with { Region = text },
                "expect_board" or "board" => expected with { Boards = [text] },
                "expect_product" => expected with { Product = text },
                "expect_signature" => expected with { Signature = text },
                "expect_support" => expected with { SupportId = text },
                "expect_device_id" => expected with { DeviceId = (int)Number(text) },
                "expect_chip" => expected with { Chip = text },
                "expect_arch" => expected with { Arch = text },
                "device_compat" => expected with { Compat = text },
                "keep_config" => expected with { KeepSettings = p.Value.GetBoolean() },
                "label_mac" => expected with { LabelMac = text },
                "flash_size" => expected with { FlashSize = Number(text) },
                "partition_size" or "max" => expected with { PartitionSize = Number(text) },
                "app_max" => expected with { LargestApp = Number(text) },
                "bootloader_text" => expected,
                _ => throw new InvalidDataException($"golden.json has a context {p.Name} that nobody compares"),
            };
        }
        return expected;
    }

    private static uint Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? uint.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : uint.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>One sample: what it is, whether it is whole, and if not, why.</summary>
internal sealed record Sample(string File, string Format, string? Variant, bool Good, string? Why, JsonElement Fields, Expectation Expected);
