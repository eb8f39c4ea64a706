using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Big-endian, CRC-32 (openwrt/firmware-utils src/fw.h, src/mkfwimage.c):
//   header  000 4 "UBNT" ("OPEN" by others' packers, "GEOS")   004 256 version   104 4 CRC of these 260 bytes   108 4 0
//   part    00 4 "PART"   04 16 name   14 12 0   20 4 load address   24 4 number   28 4 place in the flash   2C 4 entry   30 4 length
//           34 4 length of the partition   38 .. data, then 4 CRC of header and data, 4 0
//   end     "END.", 4 CRC of everything before, 4 0; or "ENDS", 256 bytes of RSA signature, 4 0

/// <summary>
/// Image of Ubiquiti's airOS boards, as their TFTP recovery takes it. The boot loader compares the beginning of the version (<c>XM.</c>,
/// <c>XW.</c>) with its own and checks every CRC; newer ones ask for the signature.
/// </summary>
public sealed class Ubiquiti : IFormatWriter
{
    private const int HeaderSize = 0x10C, CrcAt = 0x104, PartHeader = 0x38, PartTail = 8, EndSize = 12, SignedEndSize = 264, MostParts = 16;

    public string Id => "ubnt";

    public string Title => "Ubiquiti airOS image";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("UBNT"), BytePattern.Text("OPEN"), BytePattern.Text("GEOS")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize, bytes.Length)) : null;
        bool magic = HasMagic(bytes), shaped = VendorRules.IsPaddedText(bytes[4..CrcAt]) && bytes.Has("PART"u8, HeaderSize);
        if (!input.Claimed && !(magic && shaped) && !(input.AtStart && shaped))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Be32(0):x8}, not with \"UBNT\" or \"OPEN\"", input.At));
        uint crc = Crc32.Zlib(bytes[..CrcAt]);
        if (crc != bytes.Be32(CrcAt))
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "CRC of the header", bytes.Be32(CrcAt), crc, input.At + CrcAt));
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        int at = ReadParts(input, parts, flaws);
        bool sealedBySignature = bytes.Has("ENDS"u8, at);
        int end = ReadEnd(input, at, flaws);
        return new Finding
        {
            Offset = input.At,
            Length = Math.Max(1, end),
            Format = Id,
            Confidence = magic && shaped ? Confidence.Certain : Confidence.Likely,
            Facts = [Fact.Text(FactName.Version, bytes.FieldText(4, 256)), Fact.Flag(FactName.Signed, sealedBySignature)],
            Parts = parts.DrainToImmutable(),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Written(finding, VendorRules.PartBytes(finding), expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        if (Read(input) is not { Parts.IsEmpty: false } finding || finding.Flaws.Any(flaw => flaw.Code is FlawCode.Truncated or FlawCode.TailMissing))
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        Span<byte> made = written;
        if (!HasMagic(made))
            "UBNT"u8.CopyTo(made);
        BinaryPrimitives.WriteUInt32BigEndian(made[CrcAt..], Crc32.Zlib(made[..CrcAt]));
        int at = HeaderSize;
        foreach (Part part in finding.Parts)
        {
            BinaryPrimitives.WriteUInt32BigEndian(made[(at + 0x30)..], (uint)part.Length);
            int end = at + PartHeader + part.Length;
            BinaryPrimitives.WriteUInt32BigEndian(made[end..], Crc32.Zlib(made[at..end]));
            at = end + PartTail;
        }
        if (((ReadOnlySpan<byte>)made).Has("END."u8, at))
            BinaryPrimitives.WriteUInt32BigEndian(made[(at + 4)..], Crc32.Zlib(made[..at]));
        return written;
    }

    private static bool HasMagic(ReadOnlySpan<byte> bytes) => bytes.Has("UBNT"u8) || bytes.Has("OPEN"u8) || bytes.Has("GEOS"u8);

    /// <summary>The parts one after the other; returns where the last one ends.</summary>
    private static int ReadParts(in FormatInput input, ImmutableArray<Part>.Builder parts, ImmutableArray<Flaw>.Builder flaws)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        int at = HeaderSize;
        for (int count = 0; count < MostParts && bytes.Has("PART"u8, at) && bytes.Length - at >= PartHeader; count++)
        {
            long length = bytes.Be32(at + 0x30), end = at + PartHeader + length;
            string name = bytes.FieldText(at + 4, 16);
            if (length > bytes.Be32(at + 0x34))
                flaws.Add(new Flaw(FlawCode.Size, $"{name} has {length:N0} bytes, its partition {bytes.Be32(at + 0x34):N0}", input.At + at + 0x30));
            if (end + PartTail > bytes.Length)
            {
                flaws.Add(Flaw.Truncated(end + PartTail, bytes.Length));
                return bytes.Length;
            }
            uint stored = bytes.Be32((int)end), crc = Crc32.Zlib(bytes[at..(int)end]);
            if (stored != crc)
                flaws.Add(Flaw.Differs(FlawCode.DataCrc, $"CRC of {name}", stored, crc, input.At + (int)end));
            parts.Add(new Part(name, input.At + at + PartHeader, (int)length, stored == crc));
            at = (int)end + PartTail;
        }
        if (parts.Count == 0)
            flaws.Add(new Flaw(FlawCode.Structure, "no part follows the header", input.At + at));
        return at;
    }

    private static int ReadEnd(in FormatInput input, int at, ImmutableArray<Flaw>.Builder flaws)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Has("ENDS"u8, at) && bytes.Length - at >= SignedEndSize)
            return at + SignedEndSize;
        if (!bytes.Has("END."u8, at) || bytes.Length - at < EndSize)
        {
            if (at < bytes.Length)
                flaws.Add(new Flaw(FlawCode.TailMissing, "neither another part nor the end stands behind the last one", input.At + at));
            else if (flaws.All(flaw => flaw.Code != FlawCode.Truncated))
                flaws.Add(Flaw.Truncated(at + EndSize, bytes.Length));
            return at;
        }
        uint crc = Crc32.Zlib(bytes[..at]);
        if (crc != bytes.Be32(at + 4))
            flaws.Add(Flaw.Differs(FlawCode.Crc, "CRC of the file", bytes.Be32(at + 4), crc, input.At + at + 4));
        return at + EndSize;
    }
}
