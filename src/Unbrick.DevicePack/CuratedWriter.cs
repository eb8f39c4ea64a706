using System.Text.Json;

namespace Unbrick.DevicePack;

/// <summary>Writes what searching and matching need of a checked file; Unbrick.Recovery.Devices.DeviceSource reads it.</summary>
internal static class CuratedWriter
{
    public static void Write(RecordWriter record, JsonElement file)
    {
        record.Text(file.GetProperty("id").GetString()!);
        foreach (string name in (string[])["vendor", "model", "variant", "soc"])
            record.TextOrNull(file.TryGetProperty(name, out JsonElement value) ? value.GetString() : null);
        foreach (string name in (string[])["names", "compatible", "family"])
            record.TextsOrNull(Texts(file, name));
        record.TextsOrNull([.. file.GetProperty("recovery").EnumerateArray().SelectMany(way => Texts(way, "files"))]);
        bool isXiaomi = file.TryGetProperty("xiaomi", out JsonElement xiaomi);
        record.Flag(isXiaomi);
        if (isXiaomi)
        {
            record.Text(xiaomi.GetProperty("model").GetString()!);
            record.Number(xiaomi.GetProperty("device_id").GetInt32());
            record.TextsOrNull(Texts(xiaomi, "sources"));
        }
        bool hasEnvironment = file.TryGetProperty("env", out JsonElement env);
        record.Flag(hasEnvironment);
        if (hasEnvironment)
        {
            record.Text(env.GetProperty("part").GetString()!);
            record.Number(env.GetProperty("offset").GetInt64());
            record.NumberOrNull(env.TryGetProperty("crc_over", out JsonElement covered) ? covered.GetInt64() : null);
            record.TextsOrNull(Texts(env, "sources"));
        }
    }

    private static string[] Texts(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];
}
