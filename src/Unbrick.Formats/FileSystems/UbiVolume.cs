using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// A record of the volume table, big-endian (linux drivers/mtd/ubi/ubi-media.h, struct ubi_vtbl_record); its number is the volume's id:
//   00  4  PEBs reserved, 0: no such volume   08  4  bytes unused at the end of each LEB   0E  2  length of the name
//   04  4  alignment                          0C  1  1 dynamic, 2 static                   10 128 name
//                                             0D  1  an update is under way                90  1  flags (1: grows to fill the flash)
//   A8  4  CRC (not inverted) of the 0xA8 before

/// <summary>A volume as the volume table of a UBI names it.</summary>
public readonly record struct UbiVolume(int Id, string Name, bool IsStatic, uint ReservedBlocks, bool Updating, bool Grows)
{
    public const int RecordSize = 0xAC;

    public const int Covered = 0xA8;

    private const int MostVolumes = 128;

    /// <summary>Records that a table of that many bytes has.</summary>
    public static int Records(int tableLength) => Math.Clamp(tableLength / RecordSize, 0, MostVolumes);

    /// <summary>The volumes of a table; <paramref name="broken"/> is the first record whose CRC does not fit, or -1.</summary>
    public static ImmutableArray<UbiVolume> ReadTable(ReadOnlySpan<byte> table, out int broken)
    {
        ImmutableArray<UbiVolume>.Builder volumes = ImmutableArray.CreateBuilder<UbiVolume>();
        broken = -1;
        for (int id = 0; id < Records(table.Length); id++)
        {
            ReadOnlySpan<byte> record = table.Slice(id * RecordSize, RecordSize);
            bool fits = Crc32.NotInverted(record[..Covered]) == record.Be32(Covered);
            if (!fits && broken < 0)
                broken = id;
            if (fits && record.Be32(0) != 0)
            {
                int length = Math.Min((int)record.Be16(0xE), 128);
                volumes.Add(new(id, SafeText.Show(record.Slice(0x10, length)), record[0xC] == 2, record.Be32(0), record[0xD] != 0,
                    (record[0x90] & 1) != 0));
            }
        }
        return volumes.DrainToImmutable();
    }
}
