using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Flash;

namespace Unbrick.Formats.Tuya;

// Blocks of 34 bytes: 32 of (enciphered) code, then their CRC-16/CMS, big-endian (libretiny-eu/ltchiptool soc/bk72xx). Address 0x10000 of the code
// stands at 0x11000 of the flash. A partition ends with an RBL header, three blocks of it, not enciphered.

/// <summary>
/// Code as it stands in the flash of Beken's BK72xx: what a full dump (QIO) has at 0 and 0x11000. The chip checks every block as it fetches it
/// and stops at a wrong one; a file without the CRCs (UA, OTA) does not run from there.
/// </summary>
public sealed class BekenFlash : IFormatWriter, IScansItself
{
    private const int Data = 32, Block = 34, Step = 0x1000, FirstBlocks = 4, MostBadInARow = 64, RblBlocks = 3, LargestChip = 16 << 20;

    public string Id => "beken-flash";

    public string Title => "Beken code in flash, with CRCs";

    public ImmutableArray<BytePattern> Patterns => [];

    public void Candidates(ReadOnlySpan<byte> image, List<int> places)
    {
        if (image.Length > LargestChip)
            return;
        for (int at = 0; at + (FirstBlocks * Block) <= image.Length; at += Step)
        {
            if (Begins(image[at..]))
                places.Add(at);
        }
    }

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !Begins(bytes))
            return null;
        Walk walk = Walk.Over(bytes);
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (walk.Good == 0)
        {
            flaws.Add(ErasedFlash.Is(bytes)
                ? ErasedFlash.Flaw(FlawCode.Erased, bytes, input.At)
                : new Flaw(FlawCode.Crc, "no block of 32 bytes has its CRC behind it", input.At));
        }
        else if (walk.Bad > 0)
        {
            flaws.Add(new Flaw(FlawCode.Crc, $"{walk.Bad:N0} of {walk.Good + walk.Bad:N0} blocks have a wrong CRC, the first at 0x{walk.FirstBad:x}", input.At + walk.FirstBad));
        }
        int rest = bytes.Length - walk.End;
        bool cut = input.AtStart && rest is > 0 and < Block && !bytes[walk.End..].IsAll(0xFF);
        if (cut && walk.Good > 0)
            flaws.Add(Flaw.Truncated(walk.End + Block, bytes.Length));
        return new Finding
        {
            Offset = input.At,
            Length = Math.Max(1, walk.Good == 0 || cut ? bytes.Length : walk.End),
            Format = Id,
            Confidence = Begins(bytes) ? Confidence.Certain : Confidence.Guess,
            Facts =
            [
                Fact.Number("blocks", walk.Good + walk.Bad),
                Fact.Number(FactName.PlainSize, walk.End / Block * (long)Data),
                .. walk.Parts.IsEmpty ? ImmutableArray<Fact>.Empty : [Fact.List("parts", walk.Parts)],
            ],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => expected.FlashSize is long most && finding.End > most
        ? [new Flaw(FlawCode.BeyondFlash, $"ends at 0x{finding.End:x}, the chip has {most:N0} bytes", finding.Offset)]
        : [];

    /// <summary>The CRC of every block that is not erased is computed anew.</summary>
    public byte[]? Rewrite(in FormatInput input)
    {
        int end = Walk.Over(input.Bytes).End;
        if (end == 0)
            return null;
        byte[] written = input.Bytes[..end].ToArray();
        for (int at = 0; at < end; at += Block)
        {
            Span<byte> block = written.AsSpan(at, Block);
            if (block.IndexOfAnyExcept((byte)0xFF) >= 0)
                BinaryPrimitives.WriteUInt16BigEndian(block[Data..], Crc16.Cms(block[..Data]));
        }
        return written;
    }

    /// <summary>Code without its CRCs, as it lies in the address space of the chip; null when it does not begin as blocks with CRCs do.</summary>
    public static byte[]? Strip(ReadOnlySpan<byte> flash)
    {
        if (!Begins(flash))
            return null;
        byte[] code = new byte[Walk.Over(flash).End / Block * Data];
        for (int i = 0; i * Data < code.Length; i++)
            flash.Slice(i * Block, Data).CopyTo(code.AsSpan(i * Data));
        return code;
    }

    private static bool Begins(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FirstBlocks * Block)
            return false;
        for (int i = 0; i < FirstBlocks; i++)
        {
            if (!Fits(bytes.Slice(i * Block, Block)))
                return false;
        }
        return true;
    }

    private static bool Fits(ReadOnlySpan<byte> block) => Crc16.Cms(block[..Data]) == block.Be16(Data);

    /// <summary>How far the blocks go.</summary>
    /// <param name="Good">Blocks whose CRC fits.</param>
    /// <param name="Bad">Blocks between them whose CRC does not.</param>
    /// <param name="FirstBad">The first of these.</param>
    /// <param name="End">Behind the last good one.</param>
    /// <param name="Parts">Partition and version of the RBL headers among them.</param>
    private readonly record struct Walk(int Good, int Bad, int FirstBad, int End, ImmutableArray<string> Parts)
    {
        private const int MostParts = 8;

        public static Walk Over(ReadOnlySpan<byte> bytes)
        {
            ImmutableArray<string>.Builder parts = ImmutableArray.CreateBuilder<string>();
            int good = 0, bad = 0, waiting = 0, firstBad = -1, firstWaiting = -1, end = 0;
            for (int at = 0; at + Block <= bytes.Length && waiting <= MostBadInARow; at += Block)
            {
                ReadOnlySpan<byte> block = bytes.Slice(at, Block);
                if (block.IsAll(0xFF))
                {
                    int used = bytes[at..].IndexOfAnyExcept((byte)0xFF);
                    if (used < 0)
                        break;
                    at += (used / Block - 1) * Block; // the last erased one
                    continue;
                }
                if (!Fits(block))
                {
                    firstWaiting = waiting++ == 0 ? at : firstWaiting;
                    continue;
                }
                if (waiting > 0)
                    (bad, firstBad, waiting) = (bad + waiting, firstBad < 0 ? firstWaiting : firstBad, 0);
                good++;
                end = at + Block;
                if (parts.Count < MostParts && RblAt(bytes, at) is string part)
                    parts.Add(part);
            }
            return new Walk(good, bad, firstBad, end, parts.DrainToImmutable());
        }

        private static string? RblAt(ReadOnlySpan<byte> bytes, int at)
        {
            if (!bytes.Has("RBL\0"u8, at) || at + (RblBlocks * Block) > bytes.Length)
                return null;
            Span<byte> header = stackalloc byte[RblBlocks * Data];
            for (int i = 0; i < RblBlocks; i++)
                bytes.Slice(at + (i * Block), Data).CopyTo(header[(i * Data)..]);
            ReadOnlySpan<byte> read = header;
            return Crc32.Zlib(read[..0x5C]) == read.Le32(0x5C) ? $"{read.FieldText(0xC, 16)} {read.FieldText(0x1C, 24)}" : null;
        }
    }
}
