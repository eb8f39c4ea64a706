using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Spi;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Spi;

/// <summary>Where a job gets its backup: one that is kept, or a new one, and as much of it proven as the job will touch.</summary>
/// <param name="bench">Programmer, store, and where to say things.</param>
internal sealed class BackupDesk(SpiWorkbench bench)
{
    private const int Block = 0x1_0000, MostCompared = 64;

    /// <summary>Where the backup is kept.</summary>
    public string Path { get; private set; } = "";

    /// <summary>A kept backup that the chip still holds, or a new one.</summary>
    public VerifiedBackup Known(SpiSession session, CancellationToken ct)
    {
        if (bench.Backups.Recognise(session.Flash, session.Identity, out string path, ct) is not VerifiedBackup kept)
            return Fresh(session, ct);
        IsKept = true;
        Path = path;
        Say($"known: {path}");
        return kept;
    }

    /// <summary>A dump of the user's as the backup, if the chip still holds it; nothing of it counts as proven.</summary>
    /// <exception cref="UnbrickException">It is not of this chip, or the chip was written since.</exception>
    public VerifiedBackup Given(SpiSession session, GivenBackup given, CancellationToken ct)
    {
        if (given.Bytes.Length == session.Chip.Size)
        {
            VerifiedBackup backup = new(session.Identity, given.Bytes, new SectorSet(given.Bytes.Length), null, null);
            if (BackupStore.Holds(session.Flash, backup, ct))
            {
                IsKept = true;
                Keep(backup, "a dump of the user's, compared with the chip in samples");
                return backup;
            }
        }
        throw new UnbrickException(
            ProblemCatalogue.Create(
                ProblemCode.SpiBackupOther, [$"{given.Name}: {ByteText.Exact(given.Bytes.Length)}, chip: {ByteText.Exact(session.Chip.Size)}"], ("file", given.Name)),
            ExitCode.Refused);
    }

    /// <summary>The backup was there before; nothing of it but samples was compared with the chip.</summary>
    public bool IsKept { get; private set; }

    /// <summary>A new one, after more of the contact was proven.</summary>
    public VerifiedBackup Fresh(SpiSession session, CancellationToken ct)
    {
        IsKept = false;
        session.ProveContact(bench, ct);
        return Read(session, twice: !session.Contact.IsProven, ct).Backup!;
    }

    /// <summary>Reads all of the chip and keeps it.</summary>
    /// <exception cref="UnbrickException">The contact did not hold.</exception>
    /// <param name="session">With its contact proven.</param>
    /// <param name="twice">All of it is read twice.</param>
    /// <param name="ct">Stops it; nothing is kept then.</param>
    /// <param name="isAll">Nothing is written afterwards.</param>
    public BackupResult Read(SpiSession session, bool twice, CancellationToken ct, bool isAll = false)
    {
        int size = session.Chip.Size;
        BackupResult result = new BackupReader(session.Flash, session.Identity, isAll).Read(twice, (read, done) => Tell($"read {read}", done, size), ct);
        if (result.Backup is not VerifiedBackup backup)
            throw Lost(session, "read", "unbrick spi backup");
        Keep(backup, twice ? "read twice" : "read once");
        string proven = backup.IsWhole ? "two reads agree on every byte" : $"{ByteText.Exact(backup.ProvenBytes)} proven by checksums, the rest read once";
        string again = result.Disagreements > 0 ? $"; {result.Disagreements:N0} places had to be read again" : "";
        Say($"{Path}, sha256 {backup.Sha256[..16]}...: {proven}{again}");
        if (OtpWords.Of(backup.Security) is string otp)
            bench.Events.Publish(new Note("otp", otp));
        return result;
    }

    /// <summary>The same backup with all proven that a change of these sectors touches; what was read wrong is right in it.</summary>
    /// <exception cref="UnbrickException">The contact did not hold.</exception>
    public VerifiedBackup Proven(SpiSession session, VerifiedBackup backup, SectorSet differing, CancellationToken ct) =>
        Again(session, backup, Touched(session.Chip, backup, differing), "read once, what is touched twice", ct);

    /// <summary>The same backup with all of it proven.</summary>
    /// <exception cref="UnbrickException">The contact did not hold.</exception>
    public VerifiedBackup Whole(SpiSession session, VerifiedBackup backup, CancellationToken ct) => Again(session, backup, backup.Unproven(), "read twice", ct);

    private VerifiedBackup Again(SpiSession session, VerifiedBackup backup, SectorSet touched, string how, CancellationToken ct)
    {
        if (touched.Count == 0)
            return backup;
        int all = touched.Count * SectorSet.Sector;
        VerifiedBackup proven = new BackupReader(session.Flash, session.Identity).Prove(backup, touched, done => Tell("read 2", done, all), ct)
            ?? throw Lost(session, "read", "unbrick spi write");
        string before = Path;
        Keep(proven, how);
        // What was read wrong a minute ago is no backup of anything.
        if (!IsKept && proven.Sha256 != backup.Sha256)
            BackupStore.Remove(before);
        return proven;
    }

    /// <summary>
    /// The chip still holds its kept backup where it will be changed: a device that was started in between has written there. Of many sectors some
    /// all over them are compared.
    /// </summary>
    public static bool StillHolds(SpiSession session, VerifiedBackup backup, SectorSet differing, CancellationToken ct)
    {
        int step = Math.Max(1, differing.Count / MostCompared);
        return new SteadyReader(session.Flash).Holds(backup.Bytes, differing.Addresses().Where((_, i) => i % step == 0), ct);
    }

    /// <summary>Keeps a backup.</summary>
    public void Keep(VerifiedBackup backup, string how) => Path = bench.Backups.Keep(backup, how, bench.Time.GetUtcNow());

    /// <summary>The contact went before anything was changed.</summary>
    public static UnbrickException Lost(SpiSession session, string what, string next) => new(
        ProblemCatalogue.Create(
            ProblemCode.SpiContactLost, [session.Identity.ShortName], ("what", what), ("state", "what it did before"), ("boot", "nothing of it was changed"), ("next", next)),
        ExitCode.Failed);

    /// <summary>
    /// Sectors that differ and are not proven; with them whole blocks of 64 KiB of which half or more changes, since those are erased in one go.
    /// </summary>
    private static SectorSet Touched(SpiChip chip, VerifiedBackup backup, SectorSet differing)
    {
        SectorSet touched = new(chip.Size);
        for (int at = 0; at < chip.Size; at += Block)
        {
            int[] here = [.. Enumerable.Range(0, Math.Min(Block, chip.Size - at) / SectorSet.Sector).Select(i => at + (i * SectorSet.Sector))];
            bool much = here.Count(a => differing.Has(a, 1)) * 2 >= here.Length;
            foreach (int sector in here)
            {
                if ((much || differing.Has(sector, 1)) && !backup.IsProven(sector, 1))
                    touched.Add(sector, 1);
            }
        }
        return touched;
    }

    private void Tell(string what, long done, long total) => bench.Events.Publish(new Progress("", what, done, total, 0, 0, 0, 0, null));

    private void Say(string text) => bench.Events.Publish(new Note("backup", text));
}
