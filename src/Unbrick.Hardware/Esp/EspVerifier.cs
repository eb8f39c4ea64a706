namespace Unbrick.Hardware.Esp;

/// <summary>Compares flash with what it is to hold, and says which sectors differ.</summary>
/// <param name="rom">The loader, in contact.</param>
/// <param name="identity">The chip, its flash connected.</param>
/// <param name="seed">For the places of samples.</param>
public sealed class EspVerifier(EspRom rom, EspIdentity identity, int seed)
{
    private const int Sector = Esp8266Erase.Sector, Page = 256, SampleBytes = 32, BlankSampleBytes = 8, Stride = 7;

    /// <summary>Two to begin, and 16 words in two goes.</summary>
    private const int CommandsForPiece = 4;

    /// <summary>What is read back in full by registers at the present rate: 135 KiB at 115200, 540 KiB at 460800.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(90);

    private readonly EspReader _reader = new(rom, identity);
    private readonly Random _places = new(seed);

    private bool _sampled;

    /// <summary>Bytes that were read back; 0 where MD5 was compared.</summary>
    public long BytesRead { get; private set; }

    /// <summary>How it was done the last time: <c>md5</c>, <c>readback</c> or <c>sampled</c>.</summary>
    public string Way => _reader.HasMd5 ? "md5" : _sampled ? "sampled" : "readback";

    /// <summary>What reading these bytes back takes at the present rate, as a ROM without MD5 gives them.</summary>
    public TimeSpan Time(int bytes) =>
        rom.Link.Wire((long)(bytes * _reader.Cost)) + (rom.Link.Usual * (bytes / EspSpi.Piece * CommandsForPiece));

    /// <summary>Sectors that do not hold what they are to hold.</summary>
    /// <param name="offset">A multiple of 4096.</param>
    /// <param name="expected">A multiple of 4096.</param>
    /// <param name="proof">How much is read.</param>
    /// <param name="tell">Told how many bytes are compared.</param>
    /// <param name="ct">Stops it.</param>
    public List<int> Wrong(int offset, ReadOnlyMemory<byte> expected, EspProof proof, Action<int>? tell, CancellationToken ct)
    {
        List<int> wrong = [];
        int written = Written(expected.Span), turn = _places.Next(Sector / Page);
        bool full = IsFull(written, proof), before = true;
        _sampled = false;
        int step = _reader.HasMd5 ? EspReader.Window : Sector;
        for (int at = 0; at < expected.Length; at += step)
        {
            ct.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> part = expected.Span.Slice(at, Math.Min(step, expected.Length - at));
            if (_reader.HasMd5)
            {
                if (!_reader.Holds(offset + at, part, ct))
                    wrong.AddRange(WrongIn(offset + at, part, ct));
            }
            else
            {
                // Erasing is of whole sectors, so that some bytes tell; a block that went astray on a bad line would be anywhere.
                bool blank = IsBlank(part), all = proof == EspProof.Full || rom.Link.Counts.Disturbed || (full && !blank);
                bool last = !blank && (at + Sector >= expected.Length || IsBlank(expected.Span.Slice(at + Sector, Math.Min(Sector, expected.Length - at - Sector))));
                if (!(all ? HoldsAll(offset + at, part, ct) : HoldsSample(offset + at, part, turn, ct) && (blank || HoldsEnds(offset + at, part, before, last, ct))))
                    wrong.Add(offset + at);
                // Of a chip that is to be blank, its blank sectors are the work.
                _sampled |= !all && (!blank || written == 0);
                before = blank;
            }
            tell?.Invoke(at + part.Length);
        }
        return wrong;
    }

    /// <summary>Does a sector hold all of it?</summary>
    public bool HoldsAll(int offset, ReadOnlySpan<byte> expected, CancellationToken ct)
    {
        for (int at = 0; at < expected.Length; at += EspSpi.Piece)
        {
            if (!_reader.Holds(offset + at, expected.Slice(at, Math.Min(EspSpi.Piece, expected.Length - at)), ct))
                return false;
        }
        BytesRead += expected.Length;
        return true;
    }

    private bool IsFull(int written, EspProof proof) =>
        proof == EspProof.Full || (proof == EspProof.Auto && (Time(written) <= s_longest || rom.Link.Counts.Disturbed));

    /// <summary>Bytes in sectors that are not blank.</summary>
    private static int Written(ReadOnlySpan<byte> bytes)
    {
        int written = 0;
        for (int at = 0; at < bytes.Length; at += Sector)
            written += IsBlank(bytes.Slice(at, Math.Min(Sector, bytes.Length - at))) ? 0 : Sector;
        return written;
    }

    private List<int> WrongIn(int offset, ReadOnlySpan<byte> window, CancellationToken ct)
    {
        List<int> wrong = [];
        for (int at = 0; at < window.Length; at += Sector)
        {
            if (!_reader.Holds(offset + at, window.Slice(at, Math.Min(Sector, window.Length - at)), ct))
                wrong.Add(offset + at);
        }
        return wrong;
    }

    /// <summary>
    /// Bytes that are not blank say more: an erased sector would pass for one that was never written. The page goes on from sector to sector, so that 16
    /// sectors show every page of a block: what is lost at one place of each block is found for sure.
    /// </summary>
    private bool HoldsSample(int offset, ReadOnlySpan<byte> expected, int turn, CancellationToken ct)
    {
        bool blank = IsBlank(expected);
        int length = blank ? BlankSampleBytes : SampleBytes, pages = expected.Length / Page, first = (offset / Sector * Stride) + turn, at = 0;
        for (int i = 0; i < pages; i++)
        {
            at = ((first + i) % pages * Page) + (_places.Next(((Page - length) / 4) + 1) * 4);
            if (blank || !IsBlank(expected.Slice(at, length)))
                break;
        }
        BytesRead += length;
        return _reader.Holds(offset + at, expected.Slice(at, length), ct);
    }

    /// <summary>Where a stretch begins lies the header, where it ends the checksum: they are always read.</summary>
    private bool HoldsEnds(int offset, ReadOnlySpan<byte> expected, bool first, bool last, CancellationToken ct)
    {
        int end = (expected.LastIndexOfAnyExcept((byte)0xFF) / EspSpi.Piece * EspSpi.Piece) + EspSpi.Piece;
        BytesRead += (first ? EspSpi.Piece : 0) + (last ? EspSpi.Piece : 0);
        return (!first || _reader.Holds(offset, expected[..EspSpi.Piece], ct))
            && (!last || _reader.Holds(offset + end - EspSpi.Piece, expected.Slice(end - EspSpi.Piece, EspSpi.Piece), ct));
    }

    internal static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept((byte)0xFF) < 0;
}
