using System.Collections.Immutable;
using System.Numerics;
using System.Security.Cryptography;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Esp;

// All numbers little-endian (esptool docs, "Firmware Image Format"; esptool/bin_image.py):
//   00  1  e9                       08 16  only ESP32 and later: 08 1 WP pin, 09 3 pin drive, 0C 2 chip, 0E 1 and 0F 2 least revision,
//   01  1  segments, 16 at most            11 2 most revision, 13 4 zero, 17 1 a SHA-256 is appended
//   02  1  flash mode               then for each segment: 4 load address, 4 length, data
//   03  1  flash size << 4 | freq.  then zeros, and one byte of checksum as the last of a block of 16: 0xef XORed with all data
//   04  4  entry point              then SHA-256 of all that is before, if announced
// Second kind of the ESP8266 (after SDK 1.2, rBoot): ea 04 mode size entry, one segment of mapped flash that the checksum does not
// cover, then a header e9 with its own segments; a CRC-32 may stand behind the checksum (esptool appends it).

/// <summary>
/// The frame of an image for an Espressif chip: header, segments, checksum, hash. Holds positions only, no data.
/// </summary>
public sealed record EspImage
{
    public const byte Magic = 0xE9, MappedMagic = 0xEA;
    public const int HeaderSize = 8, ExtendedSize = 24, MostSegments = 16, HashSize = 32;

    private const byte ChecksumSeed = 0xEF;

    /// <summary>Has the header of the ESP32 and its successors.</summary>
    public required bool Extended { get; init; }

    /// <summary>The first byte.</summary>
    public required byte FirstByte { get; init; }

    /// <summary>The number of segments that the header announces.</summary>
    public required int SegmentCount { get; init; }

    public required byte Mode { get; init; }

    public required byte SizeAndFrequency { get; init; }

    public required uint Entry { get; init; }

    /// <summary>Number of the chip; 0 for ESP32, and for the ESP8266, which has none.</summary>
    public int ChipId { get; init; }

    public bool HashAppended { get; init; }

    /// <summary>Those that were found; fewer than announced when the file ends before.</summary>
    public required ImmutableArray<EspSegment> Segments { get; init; }

    /// <summary>Bytes that the image has by its header; more than the file when that was cut.</summary>
    public required long Announced { get; init; }

    /// <summary>Where the checksum stands, when the file reaches as far.</summary>
    public required int ChecksumAt { get; init; }

    /// <summary>Header, segments, checksum and hash are all within the file.</summary>
    public required bool Whole { get; init; }

    /// <summary>Name of the chip; <c>chip N</c> for a number that none has.</summary>
    public string Chip => !Extended ? EspChip.Esp8266 : EspChip.Name(ChipId) ?? $"chip {ChipId}";

    public int HashAt => ChecksumAt + 1;

    /// <summary>Reads the frame; null when not even the header is there.</summary>
    public static EspImage? Parse(ReadOnlySpan<byte> bytes, bool extended)
    {
        int header = extended ? ExtendedSize : HeaderSize;
        if (bytes.Length < header)
            return null;
        bool mapped = !extended && bytes[0] == MappedMagic;
        ImmutableArray<EspSegment>.Builder segments = ImmutableArray.CreateBuilder<EspSegment>();
        long at = header;
        int count = bytes[1];
        bool fits = true;
        if (mapped)
        {
            fits = Take(bytes, ref at, false, segments) && at + HeaderSize <= bytes.Length && bytes[(int)at] == Magic;
            count = fits ? bytes[(int)at + 1] : 0;
            at += fits ? HeaderSize : 0;
        }
        for (int i = 0; fits && i < Math.Min(count, MostSegments); i++)
            fits = Take(bytes, ref at, true, segments);
        long checksumAt = at | 15;
        bool hash = extended && bytes[23] == 1;
        long announced = checksumAt + 1 + (hash ? HashSize : 0);
        return new EspImage
        {
            Extended = extended,
            FirstByte = bytes[0],
            SegmentCount = count,
            Mode = bytes[2],
            SizeAndFrequency = bytes[3],
            Entry = bytes.Le32(4),
            ChipId = extended ? bytes.Le16(0xC) : 0,
            HashAppended = hash,
            Segments = segments.DrainToImmutable(),
            Announced = announced,
            ChecksumAt = (int)Math.Min(checksumAt, bytes.Length),
            Whole = fits && announced <= bytes.Length,
        };
    }

    /// <summary>The byte that belongs at <see cref="ChecksumAt"/>; the caller has seen that the image is whole.</summary>
    public byte Checksum(ReadOnlySpan<byte> bytes)
    {
        byte sum = ChecksumSeed;
        foreach (EspSegment segment in Segments)
        {
            if (segment.Summed)
                sum ^= Xor(bytes.Slice(segment.Offset, segment.Length));
        }
        return sum;
    }

    /// <summary>The SHA-256 that belongs at <see cref="HashAt"/>.</summary>
    public byte[] Hash(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes[..HashAt]);

    /// <summary>The CRC that esptool appends to an image of the ESP8266's second kind: one's complement of zlib's as a signed number.</summary>
    public uint AppendedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~Crc32.Zlib(bytes[..HashAt]);
        return (int)crc < 0 ? ~crc : crc + 1;
    }

    /// <summary>That CRC is there, and right: nothing else says that the four bytes belong to the image.</summary>
    public bool HasAppendedCrc(ReadOnlySpan<byte> bytes) =>
        Whole && FirstByte == MappedMagic && !Extended && bytes.Length >= HashAt + 4 && bytes.Le32(HashAt) == AppendedCrc(bytes);

    /// <summary>Puts right what is computed from the rest: checksum, then hash.</summary>
    public void Seal(Span<byte> bytes)
    {
        bytes[ChecksumAt] = Checksum(bytes);
        if (HashAppended)
            Hash(bytes).CopyTo(bytes[HashAt..]);
    }

    private static bool Take(ReadOnlySpan<byte> bytes, ref long at, bool summed, ImmutableArray<EspSegment>.Builder segments)
    {
        if (at + 8 > bytes.Length)
        {
            at += 8;
            return false;
        }
        uint load = bytes.Le32((int)at);
        long length = bytes.Le32((int)at + 4);
        long from = at + 8;
        at = from + length;
        if (at > bytes.Length)
            return false;
        segments.Add(new EspSegment(load, (int)from, (int)length, summed));
        return true;
    }

    private static byte Xor(ReadOnlySpan<byte> bytes)
    {
        Vector<byte> wide = Vector<byte>.Zero;
        int i = 0;
        for (; i <= bytes.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            wide ^= new Vector<byte>(bytes[i..]);
        byte sum = 0;
        for (int lane = 0; lane < Vector<byte>.Count; lane++)
            sum ^= wide[lane];
        for (; i < bytes.Length; i++)
            sum ^= bytes[i];
        return sum;
    }
}
