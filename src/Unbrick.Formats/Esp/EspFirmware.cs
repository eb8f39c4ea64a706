using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Esp;

// Application descriptor of ESP-IDF, at the beginning of the first segment (esp-idf components/esp_app_format/include/esp_app_desc.h):
//   00 4 abcd5432    10 32 version    30 32 project    50 16 time    60 16 date    70 32 version of ESP-IDF

/// <summary>Which program an image holds, by its descriptor and by the texts of the usual projects.</summary>
internal static class EspFirmware
{
    private const uint DescriptorMagic = 0xABCD5432;

    public static void AddFacts(ReadOnlySpan<byte> image, EspImage frame, ImmutableArray<Fact>.Builder facts)
    {
        if (frame is { Extended: true, Segments: [{ Length: >= 0x90 } first, ..] } && image.Le32(first.Offset) == DescriptorMagic)
        {
            ReadOnlySpan<byte> descriptor = image.Slice(first.Offset, 0x90);
            Add(facts, FactName.Version, descriptor.Field(0x10, 32));
            Add(facts, FactName.Name, descriptor.Field(0x30, 32));
            Add(facts, "date", descriptor.Field(0x60, 16));
            Add(facts, "idf_version", descriptor.Field(0x70, 32));
        }
        if (Project(image) is string project)
            facts.Add(Fact.Text("firmware", project));
    }

    private static string? Project(ReadOnlySpan<byte> image)
    {
        if (image.IndexOf("Tasmota"u8) >= 0 || image.IndexOf("Sonoff-Tasmota"u8) >= 0)
            return "Tasmota";
        if (image.IndexOf("ESPHome"u8) >= 0 || image.IndexOf("esphome"u8) >= 0)
            return "ESPHome";
        if (image.IndexOf("ESP Easy"u8) >= 0 || image.IndexOf("ESPEasy"u8) >= 0)
            return "ESPEasy";
        if (image.IndexOf("WLED"u8) >= 0)
            return "WLED";
        if (image.IndexOf("ESPURNA"u8) >= 0)
            return "ESPurna";
        if (image.IndexOf("tuya"u8) >= 0 && image.IndexOf("gw_cntl"u8) >= 0)
            return "Tuya";
        return image.IndexOf("ESP-IDF"u8) >= 0 ? "ESP-IDF" : null;
    }

    /// <summary>Texts only: where an image has other things in these fields, they say nothing.</summary>
    private static void Add(ImmutableArray<Fact>.Builder facts, string name, ReadOnlySpan<byte> field)
    {
        if (!field.IsEmpty && field.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0)
            facts.Add(Fact.Text(name, field.FieldText(0, field.Length)));
    }
}
