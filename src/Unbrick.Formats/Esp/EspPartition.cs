using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Esp;

// Little-endian (ESP-IDF docs, "Partition Tables"; components/partition_table/gen_esp32part.py):
//   00 2 aa 50    02 1 type    03 1 subtype    04 4 offset    08 4 size    0C 16 label    1C 4 flags

/// <summary>A row of an ESP32 partition table.</summary>
public sealed record EspPartition(byte Type, byte Subtype, uint Offset, uint Size, string Label)
{
    public const int RowSize = 32;

    public bool IsApp => Type == 0;

    public long End => Offset + (long)Size;

    /// <summary>Reads a row; the caller has seen its first two bytes.</summary>
    public static EspPartition Read(ReadOnlySpan<byte> row) => new(row[2], row[3], row.Le32(4), row.Le32(8), row.FieldText(0xC, 16));

    /// <summary>As in the table that people edit: <c>app0 app/ota_0 0x10000 0x140000</c>.</summary>
    public override string ToString() => $"{Label} {Kind} 0x{Offset:x} 0x{Size:x}";

    private string Kind => (Type, Subtype) switch
    {
        (0, 0) => "app/factory",
        (0, >= 0x10 and < 0x20) => $"app/ota_{Subtype - 0x10}",
        (0, 0x20) => "app/test",
        (0, _) => $"app/{Subtype}",
        (1, 0) => "data/ota",
        (1, 1) => "data/phy",
        (1, 2) => "data/nvs",
        (1, 3) => "data/coredump",
        (1, 4) => "data/nvs_keys",
        (1, 0x81) => "data/fat",
        (1, 0x82) => "data/spiffs",
        (1, 0x83) => "data/littlefs",
        (1, _) => $"data/{Subtype}",
        _ => $"{Type}/{Subtype}",
    };
}
