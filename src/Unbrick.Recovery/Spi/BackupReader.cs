using Unbrick.Formats;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Recovery.Spi;

/// <summary>How a backup ended.</summary>
/// <param name="Backup">Null when the contact did not hold.</param>
/// <param name="Reads">Whole reads.</param>
/// <param name="Disagreements">Stretches whose reads did not agree at first.</param>
public sealed record BackupResult(VerifiedBackup? Backup, int Reads, int Disagreements);

/// <summary>Reads a whole chip and proves what it read.</summary>
/// <param name="flash">The chip.</param>
/// <param name="chip">Its identity.</param>
/// <param name="isAll">Nothing is written afterwards: memory beside the array may be read in a mode of its own.</param>
public sealed class BackupReader(SpiFlash flash, ChipIdentity chip, bool isAll = false)
{
    private const int Piece = 0x1_0000;

    private readonly SteadyReader _reader = new(flash);

    /// <summary>Reads all of the chip.</summary>
    /// <param name="twice">Proves all of it by a second read; otherwise only what checksums in it prove.</param>
    /// <param name="progress">Gets the read (1 or 2) and its bytes.</param>
    /// <param name="ct">Stops it; then there is no backup.</param>
    public BackupResult Read(bool twice, Action<int, int>? progress, CancellationToken ct)
    {
        byte[] bytes = new byte[chip.Size];
        if (!_reader.Read(0, bytes, done => progress?.Invoke(1, done), ct))
            return new(null, 1, _reader.Disagreements);
        SectorSet proven = new(chip.Size);
        for (int at = 0; twice && at < bytes.Length; at += Piece)
        {
            int length = Math.Min(Piece, bytes.Length - at);
            if (!_reader.Prove(at, bytes.AsMemory(at, length), ct))
                return new(null, 2, _reader.Disagreements);
            proven.Add(at, length);
            progress?.Invoke(2, at + length);
        }
        if (!twice)
            AddChecked(proven, ImageScan.TileDeep(bytes));
        ct.ThrowIfCancellationRequested();
        return new(Finish(bytes, proven), twice ? 2 : 1, _reader.Disagreements);
    }

    /// <summary>Proves more of a backup by reading those sectors again.</summary>
    /// <returns>Null when the contact did not hold.</returns>
    public VerifiedBackup? Prove(VerifiedBackup backup, SectorSet sectors, Action<int>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentNullException.ThrowIfNull(sectors);
        byte[] bytes = backup.Bytes.ToArray();
        SectorSet proven = new(chip.Size);
        foreach (int at in backup.Proven.Addresses())
            proven.Add(at, 1);
        int done = 0;
        foreach ((int at, int length) in sectors.Runs(Piece))
        {
            if (!_reader.Prove(at, bytes.AsMemory(at, length), ct))
                return null;
            proven.Add(at, length);
            progress?.Invoke(done += length);
        }
        return new VerifiedBackup(backup.Chip, bytes, proven, backup.Status, backup.Security);
    }

    private VerifiedBackup Finish(byte[] bytes, SectorSet proven)
    {
        SecurityDump security = flash.ReadSecurity(isAll);
        return new VerifiedBackup(chip, bytes, proven, flash.ReadStatus(), security);
    }

    /// <summary>Formats whose every byte is under a checksum, if they are whole; of file systems each block was unpacked.</summary>
    private static readonly HashSet<string> s_checked = ["uimage", "uboot-env", "trx", "seama", "tplink-v1", "tplink-v2", "tplink-v3", "xiaomi-hdr1", "squashfs"];

    /// <summary>What a checksum of its own proves need not be read twice: a read error would have to fit the sum.</summary>
    private static void AddChecked(SectorSet proven, IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            if (finding is { Verdict: Verdict.Ok, Confidence: Confidence.Certain } && s_checked.Contains(finding.Format))
                proven.AddWhole(finding.Offset, finding.Length);
        }
    }
}
