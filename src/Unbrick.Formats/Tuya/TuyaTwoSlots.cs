using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Tuya;

// All numbers big-endian, none aligned (the updates that Tuya's ESP8266 modules take, ct-Open-Source/tuya-convert):
//   00 4  55aa55aa   04 11 version   0F 4  images: 2   13 4 offset  17 4 length  1B 4 sum of the bytes of the first   1F .. the same of the second
//   2B 4  sum of the bytes 00..2A    2F 4  aa55aa55    33 .. images, each begins with EA 04

/// <summary>
/// Update file of Tuya modules with an ESP8266: the same application linked for each of the two slots. The module takes the one for the slot
/// that is free; a file with one image, or twice the same, leaves it without one that boots.
/// </summary>
public sealed class TuyaTwoSlots : IFormatWriter
{
    private const int Header = 0x33, TableAt = 0x13, RowSize = 12, HeadSumAt = 0x2B, EndAt = 0x2F, Slots = 2;
    private const uint Begin = 0x55AA55AA, End = 0xAA55AA55, MarkSum = 0x55 + 0xAA + 0x55 + 0xAA;

    public string Id => "tuya-esp8266";

    public string Title => "Tuya update file for ESP8266, two slots";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("55AA55AA")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Header)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(Header, bytes.Length)) : null;
        bool begins = bytes.Be32(0) == Begin, ends = bytes.Be32(EndAt) == End;
        uint headSum = Sum(bytes[..HeadSumAt]);
        bool headFits = headSum == bytes.Be32(HeadSumAt);
        // The sum covers the first mark: with that put right it fits.
        headFits |= !begins && headSum - Sum(bytes[..4]) + MarkSum == bytes.Be32(HeadSumAt);
        if (!input.Claimed && !(begins && ends) && !(input.AtStart && (begins || ends) && headFits))
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        if (!begins || !ends)
            flaws.Add(new Flaw(FlawCode.Magic, $"the marks are 0x{bytes.Be32(0):x8} and 0x{bytes.Be32(EndAt):x8}", input.At + (begins ? EndAt : 0)));
        if (!headFits)
            flaws.Add(Flaw.Differs(FlawCode.HeaderChecksum, "sum of the header", bytes.Be32(HeadSumAt), headSum, input.At + HeadSumAt));
        uint count = bytes.Be32(0xF);
        if (count != Slots)
            flaws.Add(new Flaw(FlawCode.Structure, $"{count:N0} images, a module has two slots", input.At + 0xF));
        long end = Header;
        for (int slot = 0; slot < Math.Min(count, Slots); slot++)
            end = Math.Max(end, AddSlot(bytes, slot, input.At, flaws, parts));
        if (parts.Count == Slots && Same(bytes, parts, input.At))
            flaws.Add(new Flaw(FlawCode.Structure, "both images are the same: one of them runs from the wrong slot", parts[1].Offset));
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Min(end, bytes.Length),
            Format = Id,
            Confidence = begins && ends ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text(FactName.Version, bytes.FieldText(4, 11)),
                Fact.Number("images", count),
                Fact.List("lengths", [.. parts.Select(part => $"{part.Length:N0}")]),
            ],
            Parts = parts.DrainToImmutable(),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        long? most = expected.LargestApp ?? expected.PartitionSize;
        foreach (Part part in finding.Parts)
        {
            if (part.Length > most)
                return [new Flaw(FlawCode.TooLarge, $"the image for {part.Name} has {part.Length:N0} bytes, {most:N0} fit", part.Offset)];
        }
        return [];
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        if (input.Length < Header || Read(input with { Claimed = true }) is not { Parts.Length: Slots } finding)
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(written, Begin);
        foreach (Part part in finding.Parts)
        {
            int slot = part.Name == "user1" ? 0 : 1;
            Span<byte> row = written.AsSpan(TableAt + (slot * RowSize), RowSize);
            BinaryPrimitives.WriteUInt32BigEndian(row[4..], (uint)part.Length);
            BinaryPrimitives.WriteUInt32BigEndian(row[8..], Sum(written.AsSpan(part.Offset - input.At, part.Length)));
        }
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(HeadSumAt), Sum(written.AsSpan(0, HeadSumAt)));
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(EndAt), End);
        return written;
    }

    /// <summary>Judges one image; gives where it ends.</summary>
    private static long AddSlot(ReadOnlySpan<byte> bytes, int slot, int start, ImmutableArray<Flaw>.Builder flaws, ImmutableArray<Part>.Builder parts)
    {
        int row = TableAt + (slot * RowSize);
        uint offset = bytes.Be32(row), length = bytes.Be32(row + 4), stored = bytes.Be32(row + 8);
        string name = slot == 0 ? "user1" : "user2";
        if (offset < Header || length == 0 || length > int.MaxValue)
        {
            flaws.Add(new Flaw(FlawCode.OffsetRange, $"the image for {name} has {length:N0} bytes at 0x{offset:x}", start + row));
            return Header;
        }
        long end = offset + (long)length;
        if (offset < bytes.Length)
        {
            int present = (int)Math.Min(length, bytes.Length - offset);
            if (end <= bytes.Length && Sum(bytes.Slice((int)offset, present)) is uint sum && sum != stored)
                flaws.Add(Flaw.Differs(FlawCode.Checksum, $"sum of the image for {name}", stored, sum, start + row + 8));
            if (bytes[(int)offset] != 0xEA)
                flaws.Add(new Flaw(FlawCode.Structure, $"the image for {name} begins with 0x{bytes[(int)offset]:x2}, not with 0xea", start + (int)offset));
            parts.Add(new Part(name, start + (int)offset, present));
        }
        if (end > bytes.Length)
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        return end;
    }

    private static bool Same(ReadOnlySpan<byte> bytes, ImmutableArray<Part>.Builder parts, int start) =>
        bytes.Slice(parts[0].Offset - start, parts[0].Length).SequenceEqual(bytes.Slice(parts[1].Offset - start, parts[1].Length));

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte b in bytes)
            sum += b;
        return sum;
    }
}
