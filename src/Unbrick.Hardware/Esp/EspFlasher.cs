namespace Unbrick.Hardware.Esp;

/// <summary>Makes flash hold what it is to hold: erase, write, compare, and once more where it differs.</summary>
/// <param name="rom">The loader, in contact.</param>
/// <param name="identity">The chip, its flash connected.</param>
/// <param name="seed">For the places of samples.</param>
/// <param name="tell">Told how far it is: what, done, of.</param>
public sealed class EspFlasher(EspRom rom, EspIdentity identity, int seed, Action<string, long, long> tell)
{
    private const int Sector = Esp8266Erase.Sector, Rounds = 4;

    private readonly EspEraser _eraser = new(rom, identity);
    private readonly EspWriter _writer = new(rom, identity);
    private readonly EspReader _reader = new(rom, identity);

    /// <summary>The comparing part.</summary>
    public EspVerifier Verifier { get; } = new(rom, identity, seed);

    /// <summary>Bytes that were sent to be written, packed or not.</summary>
    public long Written { get; private set; }

    /// <summary>Bytes that were there already.</summary>
    public long Same { get; private set; }

    /// <summary>Erases the chip.</summary>
    public void EraseAll(CancellationToken ct)
    {
        long begun = rom.Link.Time.GetTimestamp();
        tell("erase", 0, identity.FlashSize);
        // How far it is, a chip does not say; most take 4 to 8 s for 1 MiB.
        _eraser.All(() => tell("erase", (long)Math.Min(identity.FlashSize * 0.95, identity.FlashSize * rom.Link.Time.GetElapsedTime(begun).TotalSeconds / 8), identity.FlashSize), ct);
        tell("erase", identity.FlashSize, identity.FlashSize);
    }

    /// <summary>Erases sectors.</summary>
    public void Erase(int offset, int length, CancellationToken ct) => _eraser.Range(offset, length, done => tell("erase", done, length), ct);

    /// <summary>Writes into sectors that are erased; blank ones are left out.</summary>
    /// <param name="offset">A multiple of 4096.</param>
    /// <param name="target">A multiple of 4096.</param>
    /// <param name="done">Told after each stretch up to where everything is written.</param>
    /// <param name="ct">Stops it between two blocks.</param>
    public void WriteErased(int offset, ReadOnlyMemory<byte> target, Action<int>? done, CancellationToken ct)
    {
        const int stretch = 16;
        int total = Runs(target).Sum(r => r.Length), before = 0;
        foreach ((int at, int length) in Runs(target))
        {
            int from = before;
            _writer.Write(offset + at, target.Slice(at, length), now =>
            {
                tell("write", from + now, total);
                if (now % (stretch * Sector) == 0)
                    done?.Invoke(offset + at + now);
            }, ct);
            before += length;
            Written += length;
            done?.Invoke(offset + at + length);
        }
    }

    /// <summary>Erases and writes what differs (ROMs that compute MD5).</summary>
    /// <param name="offset">A multiple of 4096.</param>
    /// <param name="target">A multiple of 4096.</param>
    /// <param name="ct">Stops it between two blocks.</param>
    public void WriteDiffering(int offset, ReadOnlyMemory<byte> target, CancellationToken ct)
    {
        List<(int At, int Length, bool Blank)> work = [];
        for (int at = 0; at < target.Length; at += EspReader.Window)
        {
            int length = Math.Min(EspReader.Window, target.Length - at);
            tell("compare", at, target.Length);
            if (_reader.Holds(offset + at, target.Span.Slice(at, length), ct))
            {
                Same += length;
                continue;
            }
            bool blank = EspVerifier.IsBlank(target.Span.Slice(at, length));
            if (work is [.., var last] && last.At + last.Length == at && last.Blank == blank && (blank || last.Length + length <= EspWriter.LongestStream))
                work[^1] = last with { Length = last.Length + length };
            else
                work.Add((at, length, blank));
        }
        long total = work.Sum(w => (long)w.Length), before = 0;
        foreach ((int at, int length, bool blank) in work)
        {
            long from = before;
            if (blank)
                _eraser.Range(offset + at, length, done => tell("write", from + done, total), ct);
            else
                _writer.EraseAndWrite(offset + at, target.Slice(at, length), done => tell("write", from + done, total), ct);
            before += length;
            Written += blank ? 0 : length;
        }
    }

    /// <summary>Compares, and writes once more what differs; gives the sectors that do not take their bytes.</summary>
    public List<int> ProveAndMend(int offset, ReadOnlyMemory<byte> target, EspProof proof, CancellationToken ct)
    {
        List<int> wrong = Verifier.Wrong(offset, target, proof, done => tell("verify", done, target.Length), ct);
        for (int round = 0; round < Rounds && wrong.Count > 0; round++)
        {
            foreach (int sector in wrong)
            {
                ReadOnlyMemory<byte> bytes = target.Slice(sector - offset, Math.Min(Sector, target.Length - (sector - offset)));
                _eraser.Range(sector, Sector, null, ct);
                if (!EspVerifier.IsBlank(bytes.Span))
                    _writer.Write(sector, bytes, null, ct);
            }
            if (rom.Link.Counts.Disturbed)
            {
                // A damaged command can have erased what was compared before: only a comparison without a difference counts.
                wrong = Verifier.Wrong(offset, target, proof, done => tell("verify", done, target.Length), ct);
                continue;
            }
            wrong = [.. wrong.Where(sector => !Verifier.HoldsAll(sector, target.Span.Slice(sector - offset, Math.Min(Sector, target.Length - (sector - offset))), ct))];
            // One sample that was wrong: the others of the kind would not have been seen.
            if (round == 0 && proof != EspProof.Full)
                wrong = [.. wrong.Union(Verifier.Wrong(offset, target, EspProof.Full, done => tell("verify", done, target.Length), ct)).Order()];
        }
        return wrong;
    }

    /// <summary>Stretches that are not blank.</summary>
    private static List<(int At, int Length)> Runs(ReadOnlyMemory<byte> target)
    {
        List<(int At, int Length)> runs = [];
        for (int at = 0; at < target.Length; at += Sector)
        {
            int length = Math.Min(Sector, target.Length - at);
            if (EspVerifier.IsBlank(target.Span.Slice(at, length)))
                continue;
            if (runs is [.., var last] && last.At + last.Length == at)
                runs[^1] = (last.At, last.Length + length);
            else
                runs.Add((at, length));
        }
        return runs;
    }
}
