using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.TpLink;

// Small partitions (soft-version, support-list, extra-para), big-endian (openwrt/firmware-utils src/tplink-safeloader.c):
//   0 4 length of the data   4 4 zero   8 .. data   then on some devices one byte 00 or FF
// soft-version: text "soft_ver:1.2.3\n", or
//   0 1 FF   1 1 major   2 1 minor   3 1 patch   4 4 date, BCD yyyymmdd   8 4 revision   C 4 compatibility level (may be missing)

/// <summary>The partitions of a safeloader image that hold a few words about it.</summary>
internal static class SafeloaderMeta
{
    private const int HeaderSize = 8;

    /// <summary>The data inside, or false when it is longer than the partition.</summary>
    public static bool TryRead(ReadOnlySpan<byte> partition, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (partition.Length < HeaderSize || partition.Be32(0) > partition.Length - HeaderSize)
            return false;
        data = partition.Slice(HeaderSize, (int)partition.Be32(0));
        return true;
    }

    /// <summary>Version and date out of a soft-version partition.</summary>
    public static void AddVersion(ImmutableArray<Fact>.Builder facts, ReadOnlySpan<byte> data)
    {
        if (!data.ContainsAnyInRange((byte)0x80, (byte)0xFF))
        {
            ReadOnlySpan<byte> text = data.TrimEnd("\0\r\n"u8);
            facts.Add(Fact.Text(FactName.Version, SafeText.Show(text.StartsWith("soft_ver:"u8) ? text["soft_ver:".Length..] : text)));
        }
        else if (data.Length >= 12)
        {
            facts.Add(Fact.Text(FactName.Version, $"{data[1]}.{data[2]}.{data[3]}"));
            facts.Add(Fact.Text("date", $"{data[4]:x2}{data[5]:x2}-{data[6]:x2}-{data[7]:x2}"));
            facts.Add(Fact.Number("revision", data.Be32(8)));
            if (data.Length >= 16)
                facts.Add(Fact.Number("compat_level", data.Be32(12)));
        }
    }
}
