using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Kernel;

// Little-endian (openwrt tools lzma2eva.c, drivers/mtd/mtdsplit mtdsplit_eva.c):
//   00 4 feed1281   04 4 length of the record: 24 and the packed bytes   08 4 load address   0C 4 075a0201: LZMA
//   10 4 packed length   14 4 plain length   18 4 CRC of the packed bytes   1C 1 LZMA properties   1D 4 dictionary   21 3 zero   24 .. packed
//   then: 4 what makes the sum of the numbers 04, 08 and of all bytes from 0C on zero   4 zero   4 entry

/// <summary>
/// Kernel as the EVA boot loader of AVM's boxes (and ADAM2 of AR7) takes it: LZMA whose head has no size but stands behind a record of its own.
/// </summary>
public sealed class AvmEva : IFormatWriter
{
    private const int RecordAt = 0xC, DataAt = 0x24, HeadInRecord = DataAt - RecordAt, Tail = 12;
    private const uint Magic = 0xFEED_1281, Lzma = 0x075A_0201;

    public string Id => "avm-eva";

    public string Title => "AVM kernel (EVA)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("81 12 ED FE")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < DataAt + Tail)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(DataAt + Tail, bytes.Length)) : null;
        bool magic = bytes.Le32(0) == Magic, lzma = bytes.Le32(RecordAt) == Lzma;
        uint record = bytes.Le32(4), packed = bytes.Le32(0x10);
        bool lengths = record == packed + (long)HeadInRecord;
        if (!input.Claimed && !(magic && (lzma || lengths)) && !(input.AtStart && lzma && lengths))
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic || !lzma)
            flaws.Add(new Flaw(FlawCode.Magic, $"the marks are 0x{bytes.Le32(0):x8} and 0x{bytes.Le32(RecordAt):x8}", input.At + (magic ? RecordAt : 0)));
        if (!lengths)
            flaws.Add(new Flaw(FlawCode.Size, $"a record of {record:N0} bytes has {packed:N0} packed ones", input.At + 4));
        long end = DataAt + (long)packed + Tail;
        bool whole = end <= bytes.Length, fits = false;
        if (!whole)
        {
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        }
        else
        {
            uint crc = Crc32.Zlib(bytes.Slice(DataAt, (int)packed)), sum = Sum(bytes, packed);
            fits = crc == bytes.Le32(0x18);
            if (!fits)
                flaws.Add(Flaw.Differs(FlawCode.DataCrc, "CRC of the packed kernel", bytes.Le32(0x18), crc, input.At + 0x18));
            if (sum != bytes.Le32(DataAt + (int)packed))
                flaws.Add(Flaw.Differs(FlawCode.Checksum, "checksum of the record", bytes.Le32(DataAt + (int)packed), sum, input.At + DataAt + (int)packed));
        }
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Min(end, bytes.Length),
            Format = Id,
            Confidence = fits || magic && lzma ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Hex(FactName.Load, bytes.Le32(8)),
                .. whole ? ImmutableArray.Create(Fact.Hex(FactName.Entry, bytes.Le32((int)end - 4))) : [],
                Fact.Text(FactName.Compression, "lzma"),
                Fact.Number(FactName.PlainSize, bytes.Le32(0x14)),
            ],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Written(finding, finding.Length, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < DataAt + Tail || DataAt + (long)bytes.Le32(0x10) + Tail > bytes.Length)
            return null;
        uint packed = bytes.Le32(0x10);
        byte[] written = bytes[..(DataAt + (int)packed + Tail)].ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(written, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(4), packed + HeadInRecord);
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(RecordAt), Lzma);
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(0x18), Crc32.Zlib(written.AsSpan(DataAt, (int)packed)));
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(DataAt + (int)packed), Sum(written, packed));
        return written;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes, uint packed)
    {
        uint sum = unchecked(bytes.Le32(4) + bytes.Le32(8));
        foreach (byte b in bytes[RecordAt..(DataAt + (int)packed)])
            sum = unchecked(sum + b);
        return unchecked(0 - sum);
    }
}
