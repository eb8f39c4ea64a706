namespace Unbrick.Hardware.Esp;

/// <summary>Compares flash with what it is to hold, and says which sectors differ.</summary>
/// <param name="rom">The loader, in contact.</param>
/// <param name="identity">The chip, its flash connected.</param>
/// <param name="seed">For the places of samples.</param>
public sealed class EspVerifier(EspRom rom, EspIdentity identity, int seed)
{
    private const int Sector = Esp8266Erase.Sector, SampleBytes = 32, BlankSampleBytes = 8;

    /// <summary>Written bytes that are read back in full by registers: a minute at 115200.</summary>
    private const int QuickEnough = 96 << 10;

    /// <summary>Two to begin, and 16 words in two goes.</summary>
    private const int CommandsForPiece = 4;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    private readonly EspReader _reader = new(rom, identity);
    private readonly Random _places = new(seed);

    /// <summary>Bytes that were read back; 0 where MD5 was compared.</summary>
    public long BytesRead { get; private set; }

    /// <summary>How it is done: <c>md5</c>, <c>readback</c> or <c>sampled</c>.</summary>
    public string Way(int written, EspProof proof) =>
        _reader.HasMd5 ? "md5" : IsFull(written, proof) ? "readback" : "sampled";

    /// <summary>Sectors that do not hold what they are to hold.</summary>
    /// <param name="offset">A multiple of 4096.</param>
    /// <param name="expected">A multiple of 4096.</param>
    /// <param name="proof">How much is read.</param>
    /// <param name="tell">Told how many bytes are compared.</param>
    /// <param name="ct">Stops it.</param>
    public List<int> Wrong(int offset, ReadOnlyMemory<byte> expected, EspProof proof, Action<int>? tell, CancellationToken ct)
    {
        List<int> wrong = [];
        bool full = IsFull(Written(expected.Span), proof);
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
                bool all = proof == EspProof.Full || rom.Link.Counts.Disturbed || (full && !IsBlank(part));
                if (!(all ? HoldsAll(offset + at, part, ct) : HoldsSample(offset + at, part, ct)))
                    wrong.Add(offset + at);
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

    private bool IsFull(int written, EspProof proof) => proof == EspProof.Full
        || (proof == EspProof.Auto && ((written <= QuickEnough && rom.Link.Usual * (written / EspSpi.Piece * CommandsForPiece) < s_longest) || rom.Link.Counts.Disturbed));

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

    /// <summary>Bytes that are not blank say more: an erased sector would pass for one that was never written.</summary>
    private bool HoldsSample(int offset, ReadOnlySpan<byte> expected, CancellationToken ct)
    {
        bool blank = IsBlank(expected);
        int length = blank ? BlankSampleBytes : SampleBytes, places = (expected.Length - length) / 4;
        int at = 0;
        for (int i = 0; i < 64; i++)
        {
            at = _places.Next(places + 1) * 4;
            if (blank || !IsBlank(expected.Slice(at, length)))
                break;
        }
        BytesRead += length;
        return _reader.Holds(offset + at, expected.Slice(at, length), ct);
    }

    internal static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept((byte)0xFF) < 0;
}
