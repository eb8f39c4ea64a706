using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Tuya;

// All numbers little-endian (RT-Thread's OTA packager, as ltchiptool's bk7231 sources describe its output):
//   00  4  "RBL" NUL       0C 16  partition     34 24  serial number            54  4  length unpacked
//   04  4  packing         1C 24  version       4C  4  CRC of the body          58  4  length of the body
//   08  4  time                                 50  4  FNV-1a of it unpacked    5C  4  CRC of the bytes 00..5B     60  body

/// <summary>Update image of Beken chips (RT-Thread OTA); the body may be packed and enciphered.</summary>
public sealed class BekenRbl : IFormatWriter
{
    private const int Header = 0x60, HeaderCrcAt = 0x5C;
    private const uint AesMask = 0xF, PackMask = 0xF00;

    public string Id => "beken-rbl";

    public string Title => "Beken update image (RBL)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("52424C00")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Header)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(Header, bytes.Length)) : null;
        bool magic = bytes.Has("RBL\0"u8);
        uint headerCrc = Crc32.Zlib(bytes[..HeaderCrcAt]);
        bool headerFits = headerCrc == bytes.Le32(HeaderCrcAt);
        bool repaired = !magic && RepairedCrc(bytes) == bytes.Le32(HeaderCrcAt);
        long end = Header + (long)bytes.Le32(0x58);
        bool whole = end <= bytes.Length;
        // Without the header's CRC: the name of a partition and a length that stays within the file.
        bool known = magic ? headerFits || (whole && IsName(bytes.Field(0xC, 16))) : input.AtStart && repaired;
        if (!known && !input.Claimed)
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Be32(0):x8}, not with \"RBL\"", input.At));
        if (!headerFits && !repaired)
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "header CRC", bytes.Le32(HeaderCrcAt), headerCrc, input.At + HeaderCrcAt));
        bool bodyFits = whole && CheckBody(bytes, (int)end, input.At, flaws);
        if (!whole)
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        int length = (int)Math.Min(end, bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Confidence = headerFits ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text("part", bytes.FieldText(0xC, 16)),
                Fact.Text(FactName.Version, bytes.FieldText(0x1C, 24)),
                Fact.Text("serial", bytes.FieldText(0x34, 24)),
                Fact.Hex("packing", bytes.Le32(4)),
                Fact.Number("time", bytes.Le32(8)),
                Fact.Number(FactName.PlainSize, bytes.Le32(0x54)),
                Fact.Flag("encrypted", (bytes.Le32(4) & AesMask) != 0),
            ],
            Parts = IsPlain(bytes) && length > Header ? [new Part("body", input.At + Header, length - Header, bodyFits)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        long? most = expected.LargestApp ?? expected.PartitionSize;
        return finding[FactName.PlainSize] is long length && length > most
            ? [new Flaw(FlawCode.TooLarge, $"{length:N0} bytes unpacked, {most:N0} fit", finding.Offset + 0x54)]
            : [];
    }

    /// <summary>The hash of the unpacked body is computed when it is not packed, and kept when it is: packing leaves the content alone.</summary>
    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Header)
            return null;
        byte[] written = bytes[..(int)Math.Min(Header + (long)bytes.Le32(0x58), bytes.Length)].ToArray();
        ReadOnlySpan<byte> body = written.AsSpan(Header);
        "RBL\0"u8.CopyTo(written);
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(0x4C), Crc32.Zlib(body));
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(0x58), (uint)body.Length);
        if (IsPlain(bytes))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(0x50), Fnv1a(body));
            BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(0x54), (uint)body.Length);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(HeaderCrcAt), Crc32.Zlib(written.AsSpan(0, HeaderCrcAt)));
        return written;
    }

    private static bool CheckBody(ReadOnlySpan<byte> bytes, int end, int at, ImmutableArray<Flaw>.Builder flaws)
    {
        ReadOnlySpan<byte> body = bytes[Header..end];
        uint crc = Crc32.Zlib(body);
        bool fits = crc == bytes.Le32(0x4C);
        if (!fits)
            flaws.Add(Flaw.Differs(FlawCode.Crc, "CRC of the body", bytes.Le32(0x4C), crc, at + 0x4C));
        if (!IsPlain(bytes))
            return fits;
        if (bytes.Le32(0x54) != (uint)body.Length)
            flaws.Add(new Flaw(FlawCode.Size, $"not packed, but {body.Length:N0} bytes are to become {bytes.Le32(0x54):N0}", at + 0x54));
        else if (Fnv1a(body) is uint hash && hash != bytes.Le32(0x50))
            flaws.Add(Flaw.Differs(FlawCode.HashMismatch, "hash of the body", bytes.Le32(0x50), hash, at + 0x50));
        return fits;
    }

    private static bool IsPlain(ReadOnlySpan<byte> bytes) => (bytes.Le32(4) & (AesMask | PackMask)) == 0;

    private static bool IsName(ReadOnlySpan<byte> field) =>
        !field.IsEmpty && field.Length < 16 && field.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0;

    private static uint RepairedCrc(ReadOnlySpan<byte> bytes) =>
        ~Crc32.Update(Crc32.Update(uint.MaxValue, "RBL\0"u8), bytes[4..HeaderCrcAt]);

    private static uint Fnv1a(ReadOnlySpan<byte> bytes)
    {
        uint hash = 0x811C9DC5;
        foreach (byte b in bytes)
            hash = (hash ^ b) * 0x01000193;
        return hash;
    }
}
