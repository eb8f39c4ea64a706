using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Unbrick.Hardware.Spi;

namespace Unbrick.Recovery.Spi;

/// <summary>
/// Backups that are kept, a folder for each chip: the bytes, read-only, and a record beside them. A chip that still holds one of them is
/// recognised by its unique id and by samples, so that a second job does not read minutes again.
/// </summary>
/// <param name="folder">The user's (<c>$XDG_STATE_HOME/unbrick/backups</c>); made when something is kept.</param>
public sealed class BackupStore(string folder)
{
    /// <summary>Where they are.</summary>
    public string Folder => folder;

    private const string Bytes = ".bin", Record = ".json";

    /// <summary>Sectors that are compared: with a unique id, and without, where another chip of the kind could hold nearly the same.</summary>
    private const int Samples = 48, SamplesWithoutId = 192;

    /// <summary>Largest file that is taken for a backup: no serial NOR is larger.</summary>
    private const long Largest = 1L << 28;

    /// <summary>Keeps a backup; returns the path of its bytes. A backup that is kept already is not written again.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="how">In words, for the record.</param>
    /// <param name="now">Goes into name and record.</param>
    public string Keep(VerifiedBackup backup, string how, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(backup);
        string place = Path.Combine(folder, backup.Chip.Key);
        Directory.CreateDirectory(place);
        string name = Path.Combine(place, $"{now.UtcDateTime:yyyy-MM-ddTHHmmss}-{backup.Sha256[..12]}");
        string? before = Directory.EnumerateFiles(place, $"*-{backup.Sha256[..12]}{Bytes}").Order(StringComparer.Ordinal).LastOrDefault();
        if (before is not null)
            name = before[..^Bytes.Length];
        else
            Write(name + Bytes, backup.Bytes.Span, readOnly: true);
        // A record of the same bytes may have what this one was not asked for: one-time registers are nowhere else.
        BackupRecord? earlier = before is null ? null : ReadRecord(name + Record);
        BackupRecord record = new(backup.Chip, backup.Sha256, now, [.. backup.Proven.Runs(int.MaxValue).Select(r => new ProvenStretch(r.At, r.Length))], how)
        {
            Status = backup.Status is { } s ? $"{s.First:x2}{s.Second:x2}{s.Third:x2}" : earlier?.Status,
            Security = backup.Security is { Registers.IsEmpty: false } security
                ? [.. security.Registers.Select(r => Convert.ToHexStringLower(r.Bytes.AsSpan()))] : earlier?.Security ?? [],
        };
        Write(name + Record, JsonSerializer.SerializeToUtf8Bytes(record, BackupJsonContext.Default.BackupRecord), readOnly: false);
        return name + Bytes;
    }

    /// <summary>Removes what turned out not to be what the chip held.</summary>
    /// <param name="path">As <see cref="Keep"/> returned it.</param>
    internal static void Remove(string path)
    {
        File.Delete(path[..^Bytes.Length] + Record);
        File.Delete(path);
    }

    /// <summary>
    /// The newest kept backup that the chip still holds, by its unique id and by sectors all over it; null when there is none. Other sectors may have
    /// changed: those that are to be touched are read again before that.
    /// </summary>
    /// <param name="flash">The chip, its contact proven.</param>
    /// <param name="chip">Its identity.</param>
    /// <param name="path">Where the backup is kept.</param>
    /// <param name="ct">Stops it.</param>
    public VerifiedBackup? Recognise(SpiFlash flash, ChipIdentity chip, out string path, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(flash);
        ArgumentNullException.ThrowIfNull(chip);
        path = "";
        foreach ((string file, BackupRecord record) in Kept(chip))
        {
            if (Load(file, record) is VerifiedBackup backup && Holds(flash, backup, ct))
            {
                path = file;
                return backup;
            }
        }
        return null;
    }

    /// <summary>All that are kept of this chip, or of one that may be it, the newest first. What cannot be read is passed over.</summary>
    public ImmutableArray<(string Path, BackupRecord Record)> Kept(ChipIdentity chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        if (!Directory.Exists(folder))
            return [];
        List<(string Path, BackupRecord Record)> kept = [];
        foreach (string place in Directory.EnumerateDirectories(folder, chip.Jedec + "*"))
        {
            foreach (string file in Directory.EnumerateFiles(place, "*" + Record))
            {
                string bytes = file[..^Record.Length] + Bytes;
                if (ReadRecord(file) is BackupRecord record && record.Chip.MayBe(chip) && File.Exists(bytes))
                    kept.Add((bytes, record));
            }
        }
        return [.. kept.OrderByDescending(k => k.Record.Taken)];
    }

    /// <summary>The backup as it is kept; null when the file is not what its record says.</summary>
    internal static VerifiedBackup? Load(string path, BackupRecord record)
    {
        try
        {
            if (new FileInfo(path).Length != record.Chip.Size || record.Chip.Size is <= 0 or > (int)Largest)
                return null;
            byte[] bytes = File.ReadAllBytes(path);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != record.Sha256)
                return null;
            SectorSet proven = new(bytes.Length);
            foreach (ProvenStretch stretch in record.Proven)
            {
                if (stretch.At >= 0 && stretch.Length > 0 && stretch.At <= bytes.Length - stretch.Length)
                    proven.AddWhole(stretch.At, stretch.Length);
            }
            return new VerifiedBackup(record.Chip, bytes, proven, null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The chip holds these bytes, by sectors all over it.</summary>
    internal static bool Holds(SpiFlash flash, VerifiedBackup backup, CancellationToken ct) => new SteadyReader(flash).Holds(backup.Bytes, Places(backup), ct);

    /// <summary>Sectors spread over all that is not blank; the same ones each time, since what is written between two jobs is not written at random.</summary>
    private static IEnumerable<int> Places(VerifiedBackup backup)
    {
        List<int> written = [];
        for (int at = 0; at < backup.Chip.Size; at += SectorSet.Sector)
        {
            if (backup.Bytes.Span.Slice(at, Math.Min(SectorSet.Sector, backup.Chip.Size - at)).ContainsAnyExcept((byte)0xFF))
                written.Add(at);
        }
        int most = backup.Chip.UniqueId is null ? SamplesWithoutId : Samples;
        int step = Math.Max(1, written.Count / most);
        for (int i = 0; i < written.Count; i += step)
            yield return written[i];
        yield return backup.Chip.Size - Math.Min(SectorSet.Sector, backup.Chip.Size);
    }

    private static BackupRecord? ReadRecord(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), BackupJsonContext.Default.BackupRecord) is { Chip: not null, Sha256: not null } record ? record : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content, bool readOnly)
    {
        string part = path + ".part";
        using (FileStream stream = new(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(part, readOnly ? UnixFileMode.UserRead : UnixFileMode.UserRead | UnixFileMode.UserWrite);
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
    }
}
