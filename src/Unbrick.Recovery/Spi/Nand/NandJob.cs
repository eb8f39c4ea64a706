using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Spi.Nand;

/// <summary>The jobs on a SPI NAND behind a clip: look, back up, compare. It is never written.</summary>
/// <param name="bench">Programmer, facts, and where to say things.</param>
/// <param name="options">What was asked.</param>
/// <param name="session">The chip.</param>
internal sealed class NandJob(SpiWorkbench bench, SpiOptions options, NandSession session)
{
    private const string AsBefore = "as-before";
    private const int MostNamed = 6, MostListed = 100;

    private readonly List<int> _corrected = [];
    private readonly List<int> _failed = [];
    private int _clean;

    private SpiNandChip Chip => session.Chip;

    /// <summary>The jobs on the SPI NAND that is there; null when there is none.</summary>
    /// <exception cref="UnbrickException">There is one, but nothing may be done with it.</exception>
    public static NandJob? Of(SpiWorkbench bench, SpiOptions options, CancellationToken ct) =>
        NandSession.Open(bench, options, ct) is NandSession session ? new(bench, options, session) : null;

    /// <summary>Which chip it is and how good the contact is.</summary>
    public SpiResult Probe()
    {
        Say("contact", "proven: a backup may follow");
        return Result("done");
    }

    /// <summary>The end of a job that would write.</summary>
    public UnbrickException Refused() =>
        new(ProblemCatalogue.Create(ProblemCode.SpiNandReadOnly, [$"{Chip.Name}, id {Chip.Id}"], ("chip", Chip.Name)), ExitCode.Refused);

    /// <summary>Reads all of the chip until two reads of each page agree, and keeps it.</summary>
    /// <param name="deliver">Gets the bytes, for a file of the user's; null for none.</param>
    /// <param name="ct">Stops it.</param>
    public SpiResult Backup(Action<Stream>? deliver, CancellationToken ct) => Guarded("unbrick spi backup", () =>
    {
        NandReader reader = new(session, options.Oob ? Chip.RawPage : Chip.Page, !options.Raw);
        ImmutableArray<int> bad = BadBlocks(reader, ct);
        using NandBackupFile file = new(bench.Backups.Folder, Chip.Id, bench.Time.GetUtcNow());
        byte[] bytes = new byte[reader.BlockBytes];
        SpiNandRead[] ends = new SpiNandRead[Chip.PagesPerBlock];
        for (int block = 0; block < Chip.Blocks; block++)
        {
            bool isBad = bad.Contains(block);
            if (!(isBad ? reader.ReadOnce(block, bytes, ends, ct) : reader.Read(block, bytes, ends, ct)))
                throw Lost("unbrick spi backup", ct);
            if (!isBad)
                Count(block, ends);
            file.Add(bytes);
            Tell(block);
        }
        string sha256 = "";
        string path = file.Keep(
            sha => new(
                session.Identity, sha256 = sha, bench.Time.GetUtcNow(), Chip.Page, Chip.Oob, options.Oob, options.Raw, Chip.PagesPerBlock, bad, [.. _corrected], [.. _failed]),
            deliver, bench.Time.GetUtcNow());
        string again = reader.Disagreements > 0 ? $"; {Pages(reader.Disagreements)} had to be read again" : "";
        string agree = _failed.Count == 0 ? "two reads agree on every page" : $"two reads agree on all but {Pages(_failed.Count)}";
        Say("backup", $"{path}, sha256 {sha256[..16]}...: {(bad.IsEmpty ? agree : agree + " of the good blocks")}{again}");
        return Judged(Result("done") with { Reads = 2, Sha256 = sha256, Backup = path, BadBlocks = bad, Identical = true });
    });

    /// <summary>Compares the chip with a file: its data, or data and spare bytes, whichever its length says. Bad blocks are left out.</summary>
    public SpiResult Verify(string name, ReadOnlyMemory<byte> wanted, CancellationToken ct) => Guarded("unbrick spi verify", () =>
    {
        long raw = (long)Chip.Pages * Chip.RawPage;
        if (wanted.Length != Chip.Size && wanted.Length != raw)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(
                    ProblemCode.SpiImageSize, [$"{name}: {wanted.Length:N0} bytes, chip: {Chip.Size:N0}, with spare bytes {raw:N0}"], ("file", name),
                    ("size", ByteText.Exact(wanted.Length)), ("chip", ByteText.Exact(Chip.Size))),
                ExitCode.BadImage);
        }
        int length = wanted.Length == raw ? Chip.RawPage : Chip.Page;
        NandReader reader = new(session, length, !options.Raw);
        ImmutableArray<int> bad = BadBlocks(reader, ct);
        List<int> wrong = [];
        byte[] bytes = new byte[reader.BlockBytes];
        SpiNandRead[] ends = new SpiNandRead[Chip.PagesPerBlock];
        for (int block = 0; block < Chip.Blocks; block++)
        {
            if (bad.Contains(block))
                continue;
            if (!reader.ReadOnce(block, bytes, ends, ct))
                throw Lost("unbrick spi verify", ct);
            for (int i = 0; i < ends.Length; i++)
            {
                int page = (block * Chip.PagesPerBlock) + i;
                ReadOnlySpan<byte> there = wanted.Span.Slice((int)((long)page * length), length), here = bytes.AsSpan(i * length, length);
                if (here.SequenceEqual(there))
                    continue;
                (byte[] proven, ends[i]) = reader.Prove(page, here, ends[i], ct) ?? throw Lost("unbrick spi verify", ct);
                if (!there.SequenceEqual(proven))
                    wrong.Add(page);
            }
            Count(block, ends);
            Tell(block);
        }
        bool same = wrong.Count == 0;
        Say("verify", same ? $"the chip holds {name}{(bad.IsEmpty ? "" : ", its bad blocks left out")}" : $"{Pages(wrong.Count)} differ{(wrong.Count == 1 ? "s" : "")}: {Places(wrong)}");
        SpiResult result = Judged(Result("done") with { Reads = 1, Identical = same, BadBlocks = bad });
        return same ? result : result with { Outcome = "failed", Exit = ExitCode.Failed };
    });

    private ImmutableArray<int> BadBlocks(NandReader reader, CancellationToken ct)
    {
        IReadOnlyList<int> bad = reader.BadBlocks(ct) ?? throw Lost("unbrick spi backup", ct);
        if (Chip.MaxBadBlocks is int most && bad.Count > most)
        {
            Say("backup", $"{bad.Count:N0} blocks have a mark, more than the maker allows ({most}): taken for bytes of the system, and read like all others");
            return [];
        }
        Say("backup", bad.Count == 0 ? "no bad blocks" : $"{bad.Count:N0} bad block{(bad.Count == 1 ? "" : "s")}: {string.Join(", ", bad)}");
        return [.. bad];
    }

    private void Count(int block, SpiNandRead[] ends)
    {
        for (int i = 0; i < ends.Length; i++)
        {
            int page = (block * Chip.PagesPerBlock) + i;
            if (ends[i] is SpiNandRead.Clean)
                _clean++;
            else
                (ends[i] is SpiNandRead.Corrected ? _corrected : _failed).Add(page);
        }
    }

    /// <summary>What the correction said, told and put into the result; pages that it could not put right make the job fail.</summary>
    private SpiResult Judged(SpiResult result)
    {
        if (options.Raw)
        {
            Say("ecc", "off, as asked: the bytes are those of the cells");
            return result;
        }
        Say("ecc", $"{Pages(_clean)} clean, {_corrected.Count:N0} corrected by the chip, {_failed.Count:N0} beyond correction");
        SpiEccRow row = new(_clean, _corrected.Count, _failed.Count, [.. _failed.Take(MostListed).Select(Address)]);
        if (_failed.Count == 0)
            return result with { Ecc = row };
        Problem problem = ProblemCatalogue.Create(
            ProblemCode.SpiNandUncorrected, [$"pages {string.Join(", ", _failed.Take(MostNamed).Select(p => $"{p:N0}"))}{(_failed.Count > MostNamed ? ", ..." : "")}"],
            ("pages", Pages(_failed.Count)), ("places", Places(_failed)));
        bench.Events.Publish(new Found(problem));
        return result with { Ecc = row, Outcome = "failed", Exit = ExitCode.Failed, Diagnosis = [problem], Identical = false };
    }

    /// <summary>A programmer that goes away in the middle is told as a contact that was lost: nothing was changed.</summary>
    private static SpiResult Guarded(string next, Func<SpiResult> work)
    {
        try
        {
            return work();
        }
        catch (ProgrammerException e)
        {
            throw Lost(next, e.Message);
        }
    }

    private UnbrickException Lost(string next, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Lost(next, Chip.Name);
    }

    private static UnbrickException Lost(string next, string seen) => new(
        ProblemCatalogue.Create(ProblemCode.SpiContactLost, [seen], ("what", "read"), ("state", "what it did before"), ("boot", "nothing of it was changed"), ("next", next)), ExitCode.Failed);

    private SpiResult Result(string outcome) => new(outcome, AsBefore, [])
    {
        Chip = new(Chip.Name, Chip.Id, Chip.Size, null),
        Contact = SpiSession.RowOf(session.Contact),
        Exit = ExitCode.Done,
    };

    private long Address(int page) => (long)page * Chip.Page;

    private string Places(List<int> pages) =>
        string.Join(" ", pages.Take(MostNamed).Select(p => $"0x{Address(p):x7}")) + (pages.Count > MostNamed ? $" and {pages.Count - MostNamed:N0} more" : "");

    private static string Pages(int count) => count == 1 ? "1 page" : $"{count:N0} pages";

    private void Tell(int block)
    {
        long each = (long)Chip.PagesPerBlock * Chip.Page;
        bench.Events.Publish(new Progress("", "read", (block + 1) * each, Chip.Size, 0, 0, 0, 0, null));
    }

    private void Say(string topic, string text) => bench.Events.Publish(new Note(topic, text));
}
