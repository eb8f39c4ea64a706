using System.Text.Json;

namespace Unbrick.Recovery.Devices;

/// <summary>
/// Reads from each line of the mined file only what a search needs, and not the 3 MB, since a run wants one device. It relies on what
/// <c>data/devices/format_mined.py</c> guarantees: a device is one line, and the keys of a search come before all others.
/// </summary>
internal static class MinedIndexReader
{
    private static ReadOnlySpan<byte> Start => "\"devices\":[\n"u8;

    /// <summary>All devices of the file, in its order.</summary>
    public static List<DeviceEntry> Read(ReadOnlySpan<byte> json)
    {
        List<DeviceEntry> entries = new(capacity: 2500);
        int at = json.IndexOf(Start);
        if (at < 0)
            return entries;
        at += Start.Length;
        while (at < json.Length && json[at] == (byte)'{')
        {
            int length = json[at..].IndexOf((byte)'\n');
            if (length < 0)
                break;
            int end = json[at + length - 1] == (byte)',' ? at + length - 1 : at + length;
            entries.Add(ReadDevice(json[at..end], at..end));
            at += length + 1;
        }
        return entries;
    }

    private static DeviceEntry ReadDevice(ReadOnlySpan<byte> line, Range place)
    {
        Utf8JsonReader reader = new(line);
        string id = "", vendor = "", model = "", variant = "";
        string? soc = null;
        List<string> alt = [], boards = [], files = [];
        reader.Read();
        bool more = true;
        while (more && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
                id = ReadText(ref reader);
            else if (reader.ValueTextEquals("vendor"u8))
                vendor = ReadText(ref reader);
            else if (reader.ValueTextEquals("model"u8))
                model = ReadText(ref reader);
            else if (reader.ValueTextEquals("variant"u8))
                variant = ReadText(ref reader);
            else if (reader.ValueTextEquals("soc"u8))
                soc = ReadText(ref reader);
            else if (reader.ValueTextEquals("alt"u8))
                ReadTexts(ref reader, alt);
            else if (reader.ValueTextEquals("compatible"u8) || reader.ValueTextEquals("supported"u8))
                ReadTexts(ref reader, boards);
            else if (reader.ValueTextEquals("recovery"u8))
                ReadRecovery(ref reader, files);
            else if (reader.ValueTextEquals("target"u8) || reader.ValueTextEquals("profile"u8))
                reader.Skip();
            else
                more = false;
        }
        DeviceEntry entry = new()
        {
            Id = id,
            Name = DeviceNames.Join(vendor, model, variant) is { Length: > 0 } name ? name : id,
            Soc = soc,
            Mined = place,
        };
        DeviceNames.Fill(entry, vendor, model, variant, alt);
        entry.Boards.AddRange(boards);
        entry.AskedFiles.AddRange(files);
        return entry;
    }

    private static void ReadRecovery(ref Utf8JsonReader reader, List<string> files)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("files"u8))
                ReadTexts(ref reader, files);
            else
                reader.Skip();
        }
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString() ?? "";
    }

    private static void ReadTexts(ref Utf8JsonReader reader, List<string> texts)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            texts.Add(reader.GetString() ?? "");
    }
}
