using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Numbers big-endian (openwrt/firmware-utils src/zytrx.c); the CRCs are not inverted at the end:
//   000  4  "0RDH"               050  4  payload length      11C  4  model id, four BCD digits
//   004  4  header length 17C    054 12  zero                128 32  version
//   008  4  length of all        060 164 "3 6035 122 0\n"    148 32  the same version
//   00C  4  CRC of the payload   104  8  chip                16C  4  kernel checksum, told but not compared
//   010 32  "5.0.0.0\n"          10C 16  board               174  4  CRC of the header, this field as zero
//   030 32  "\n"

/// <summary>ZyXEL image for MediaTek boards (NR7101, LTE3301-PLUS): TRX turned around, with the board's name.</summary>
public sealed class ZyxelZytrx : IFormatWriter
{
    private const int HeaderSize = 0x17C;
    private const int HeaderCrcAt = 0x174;

    public string Id => "zyxel-zytrx";

    public string Title => "ZyXEL image with TRX header turned around";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("0RDH")];

    private static ReadOnlySpan<byte> Magic => "0RDH"u8;

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        bool knownMagic = bytes.Has(Magic);
        if (!knownMagic && !input.Claimed && !input.AtStart)
            return null;
        if (bytes.Length < HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize, bytes.Length)) : null;
        uint headerCrc = HeaderCrc(bytes);
        bool headerFits = headerCrc == bytes.Be32(HeaderCrcAt);
        bool plausible = knownMagic && bytes.Be32(4) == HeaderSize && VendorRules.IsPaddedText(bytes.Slice(0x10C, 16));
        if (!headerFits && !plausible && !input.Claimed)
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!knownMagic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Be32(0):x8}, not \"0RDH\"", input.At));
        if (!headerFits)
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "header CRC", bytes.Be32(HeaderCrcAt), headerCrc, input.At + HeaderCrcAt));
        uint payloadLength = bytes.Be32(0x50);
        long end = HeaderSize + (long)payloadLength;
        if (bytes.Be32(4) != HeaderSize || bytes.Be32(8) != end)
        {
            string seen = $"{bytes.Be32(8):N0} bytes in all with a header of {bytes.Be32(4):N0} do not go with a payload of {payloadLength:N0}";
            flaws.Add(new Flaw(FlawCode.Size, seen, input.At + 4));
        }
        bool payloadFits = false;
        if (end > bytes.Length)
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        else
        {
            uint crc = Crc32.NotInverted(bytes.Slice(HeaderSize, (int)payloadLength));
            payloadFits = crc == bytes.Be32(0xC);
            if (!payloadFits)
                flaws.Add(Flaw.Differs(FlawCode.Crc, "payload CRC", bytes.Be32(0xC), crc, input.At + 0xC));
        }
        int length = (int)Math.Min(end, bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Confidence = headerFits || plausible ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text(FactName.Board, bytes.FieldText(0x10C, 16)),
                Fact.Text("chip", bytes.FieldText(0x104, 8)),
                Fact.Text(FactName.Version, bytes.FieldText(0x128, 32)),
                Fact.Text("model_id", $"0x{bytes.Be32(0x11C):x8}"),
                Fact.Number("header_len", bytes.Be32(4)),
                Fact.Number("payload_len", payloadLength),
            ],
            Parts = length > HeaderSize ? [new Part("payload", input.At + HeaderSize, length - HeaderSize, payloadFits)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        VendorRules.CompareBoard(flaws, finding, expected);
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize)
            return null;
        byte[] written = bytes[..(int)Math.Min(HeaderSize + (long)bytes.Be32(0x50), bytes.Length)].ToArray();
        Magic.CopyTo(written);
        Put(written, 4, HeaderSize);
        Put(written, 8, (uint)written.Length);
        Put(written, 0xC, Crc32.NotInverted(written.AsSpan(HeaderSize)));
        Put(written, 0x50, (uint)(written.Length - HeaderSize));
        Put(written, HeaderCrcAt, HeaderCrc(written));
        return written;
    }

    private static void Put(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], value);

    /// <summary>CRC of a header that has the magic number, its own field as zero.</summary>
    private static uint HeaderCrc(ReadOnlySpan<byte> bytes)
    {
        uint state = Crc32.Update(uint.MaxValue, Magic);
        state = Crc32.Update(state, bytes[Magic.Length..HeaderCrcAt]);
        state = Crc32.Update(state, 0, 4);
        return Crc32.Update(state, bytes[(HeaderCrcAt + 4)..HeaderSize]);
    }
}
