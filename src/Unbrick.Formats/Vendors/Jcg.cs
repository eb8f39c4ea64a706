using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// 512 bytes, numbers big-endian (openwrt/firmware-utils src/jcgimage.c):
//   000  4  "YSZJ"                      068  4  time               1F8  4  CRC of all that follows the header
//   004 32  version text, else zero     06C  2  major, 06E minor   1FC  4  CRC of the header, this field as zero
//   024  4  1                           070 ..  zero
//   028 64  info text, else zero
// A version or info text is the key that the payload is enciphered with.

/// <summary>
/// JCG image: a header before a uImage. The boot loader writes what follows the header to 0x50000 without asking whether it fits: a file too
/// large wraps around and overwrites the boot loader.
/// </summary>
public sealed class Jcg : IFormatWriter
{
    private const int HeaderSize = 512;
    private const int DataCrcAt = 0x1F8;
    private const int HeaderCrcAt = 0x1FC;

    public string Id => "jcg";

    public string Title => "JCG image";

    public ImmutableArray<BytePattern> Patterns => [];

    private static ReadOnlySpan<byte> Magic => "YSZJ"u8;

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !input.AtStart)
            return null;
        if (bytes.Length <= HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize + 1, bytes.Length)) : null;
        bool knownMagic = bytes.Has(Magic);
        uint headerCrc = HeaderCrc(bytes);
        bool headerFits = headerCrc == bytes.Be32(HeaderCrcAt);
        bool plausible = bytes.Be32(0x24) == 1 && bytes[0x70..DataCrcAt].IsAll(0);
        if (!input.Claimed && !headerFits && !(knownMagic && plausible))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!knownMagic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Be32(0):x8}, not \"YSZJ\"", input.At));
        if (!headerFits)
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "header CRC", bytes.Be32(HeaderCrcAt), headerCrc, input.At + HeaderCrcAt));
        ReadOnlySpan<byte> payload = bytes[HeaderSize..];
        uint crc = Crc32.Zlib(payload);
        bool dataFits = crc == bytes.Be32(DataCrcAt);
        bool enciphered = IsEnciphered(bytes);
        // The file has no length of its own; that of the kernel in it says whether something is missing.
        if (!enciphered && payload.Length >= 64 && payload.Be32(0) == 0x27051956 && payload.Be32(0xC) + 64L is long needed && needed > payload.Length)
            flaws.Add(Flaw.Truncated(HeaderSize + needed, bytes.Length));
        // Whether the CRC is that of the plain or the enciphered payload is not known: it proves something only when it fits.
        if (!dataFits && !enciphered)
            flaws.Add(Flaw.Differs(FlawCode.Crc, "payload CRC", bytes.Be32(DataCrcAt), crc, input.At + DataCrcAt));
        return new Finding
        {
            Offset = input.At,
            Length = bytes.Length,
            Format = Id,
            Verdict = dataFits ? Verdict.Ok : Verdict.Unchecked,
            Confidence = headerFits ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text(FactName.Version, $"{bytes.Be16(0x6C)}.{bytes.Be16(0x6E)}"),
                Fact.Number("time", bytes.Be32(0x68)),
                Fact.Flag("enciphered", enciphered),
            ],
            Parts = enciphered ? [] : [new Part("payload", input.At + HeaderSize, payload.Length, dataFits)],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Written(finding, finding.Length - HeaderSize, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length <= HeaderSize || IsEnciphered(bytes) && Crc32.Zlib(bytes[HeaderSize..]) != bytes.Be32(DataCrcAt))
            return null;
        byte[] written = input.Bytes.ToArray();
        Magic.CopyTo(written);
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(DataCrcAt), Crc32.Zlib(written.AsSpan(HeaderSize)));
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(HeaderCrcAt), HeaderCrc(written));
        return written;
    }

    private static bool IsEnciphered(ReadOnlySpan<byte> bytes) => !bytes.Slice(4, 32).IsAll(0) || !bytes.Slice(0x28, 64).IsAll(0);

    /// <summary>CRC of a header that has the magic number, its own field as zero.</summary>
    private static uint HeaderCrc(ReadOnlySpan<byte> bytes)
    {
        uint state = Crc32.Update(uint.MaxValue, Magic);
        state = Crc32.Update(state, bytes[Magic.Length..HeaderCrcAt]);
        return ~Crc32.Update(state, 0, 4);
    }
}
