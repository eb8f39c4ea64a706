using System.Text.Json;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>One line of <c>data/chips/*.json</c>; the schema (<c>data/schema/chips.schema.json</c>) says what each field is.</summary>
internal sealed class ChipRecord
{
    public string Id { get; private init; } = "";

    public string? By { get; private init; }

    public string Name { get; private init; } = "";

    public string[]? Parts { get; private init; }

    public string[]? Also { get; private init; }

    public int Size { get; private init; }

    public int Page { get; private init; } = 256;

    public string Erase { get; private init; } = "";

    public string? Write { get; private init; }

    public (int Least, int Most)? Mv { get; private init; }

    public string? Low { get; private init; }

    public string[]? Addr4 { get; private init; }

    public int AddressBytes { get; private init; } = 3;

    public int StatusBytes { get; private init; } = 1;

    public string[]? Registers { get; private init; }

    public string? Bits { get; private init; }

    public string? Unlock { get; private init; }

    public bool Volatile { get; private init; }

    public ChipOtp? Otp { get; private init; }

    public bool Sfdp { get; private init; }

    public int Erased { get; private init; } = 0xFF;

    public bool SizeOnly { get; private init; }

    public int Oob { get; private init; }

    public int PagesPerBlock { get; private init; }

    public int Blocks { get; private init; }

    public int Planes { get; private init; } = 1;

    public int Dies { get; private init; } = 1;

    public string? DieSelect { get; private init; }

    public (int Bits, int Per)? Ecc { get; private init; }

    public string EccStatus { get; private init; } = "";

    public int MaxBad { get; private init; }

    public ChipVariant[]? Variants { get; private init; }

    /// <summary>Maker; it stands once in a file.</summary>
    public string Vendor { get; private init; } = "";

    /// <summary>
    /// Parsed by hand: a serializer, even one that was generated, costs a new process 50 ms before its first record, and a command reads three.
    /// </summary>
    public static ChipRecord Parse(ReadOnlySpan<byte> line, string vendor)
    {
        Utf8JsonReader reader = new(line);
        using JsonDocument json = JsonDocument.ParseValue(ref reader);
        JsonElement root = json.RootElement;
        return new()
        {
            Vendor = vendor,
            Id = Text(root, "id") ?? "",
            By = Text(root, "by"),
            Name = Text(root, "name") ?? "",
            Parts = Texts(root, "parts"),
            Also = Texts(root, "also"),
            Size = Number(root, "size", 0),
            Page = Number(root, "page", 256),
            Erase = Text(root, "erase") ?? "",
            Write = Text(root, "write"),
            Mv = Pair(root, "mv"),
            Low = Text(root, "low"),
            Addr4 = Texts(root, "addr4"),
            AddressBytes = Number(root, "addressBytes", 3),
            StatusBytes = Number(root, "statusBytes", 1),
            Registers = Texts(root, "registers"),
            Bits = Text(root, "bits"),
            Unlock = Text(root, "unlock"),
            Volatile = Flag(root, "volatile") is true,
            Otp = root.TryGetProperty("otp", out JsonElement otp)
                ? new()
                {
                    Total = Number(otp, "total", 0),
                    Regions = Number(otp, "regions", 0),
                    RegionSize = Number(otp, "regionSize", 0),
                    Read = Text(otp, "read"),
                    Enter = Text(otp, "enter"),
                }
                : null,
            Sfdp = Flag(root, "sfdp") is true,
            Erased = Number(root, "erased", 0xFF),
            SizeOnly = Flag(root, "sizeOnly") is true,
            Oob = Number(root, "oob", 0),
            PagesPerBlock = Number(root, "pagesPerBlock", 0),
            Blocks = Number(root, "blocks", 0),
            Planes = Number(root, "planes", 1),
            Dies = Number(root, "dies", 1),
            DieSelect = Text(root, "dieSelect"),
            Ecc = Pair(root, "ecc"),
            EccStatus = Text(root, "eccStatus") ?? "cxff",
            MaxBad = Number(root, "maxBad", 0),
            Variants = root.TryGetProperty("variants", out JsonElement variants)
                ? Each(variants, v => new ChipVariant { Part = Text(v, "part") ?? "", Sfdp = Flag(v, "sfdp"), Registers = Texts(v, "registers") })
                : null,
        };
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static int Number(JsonElement json, string name, int otherwise) => json.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : otherwise;

    private static bool? Flag(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : null;

    private static string[]? Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) ? Each(value, text => text.GetString() ?? "") : null;

    private static (int, int)? Pair(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) ? (value[0].GetInt32(), value[1].GetInt32()) : null;

    private static T[] Each<T>(JsonElement json, Func<JsonElement, T> make) where T : class
    {
        T[] all = new T[json.GetArrayLength()];
        for (int i = 0; i < all.Length; i++)
            all[i] = make(json[i]);
        return all;
    }
}
