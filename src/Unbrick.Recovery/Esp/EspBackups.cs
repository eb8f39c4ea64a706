using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unbrick.Hardware.Esp;

namespace Unbrick.Recovery.Esp;

/// <summary>What a chip held: read until it was proven.</summary>
/// <param name="Bytes">All of its flash.</param>
/// <param name="Sha256">Of them, lower-case hex.</param>
/// <param name="Path">Where they are kept.</param>
public sealed record EspBackup(ReadOnlyMemory<byte> Bytes, string Sha256, string Path);

/// <summary>Backups, a folder for each chip by its address; only the user may read them, because they hold the password of the Wi-Fi.</summary>
/// <param name="folder">The user's (<c>$XDG_STATE_HOME/unbrick/backups</c>).</param>
public sealed class EspBackups(string folder)
{
    /// <summary>Keeps a backup.</summary>
    /// <param name="identity">The chip.</param>
    /// <param name="bytes">All of its flash.</param>
    /// <param name="how">In words, for the record.</param>
    /// <param name="now">Goes into name and record.</param>
    public EspBackup Keep(EspIdentity identity, ReadOnlyMemory<byte> bytes, string how, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(identity);
        string place = Path.Combine(folder, "esp-" + identity.Mac.Replace(":", "", StringComparison.Ordinal));
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(place);
        else
            Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        string name = Path.Combine(place, $"{now.UtcDateTime:yyyy-MM-ddTHHmmss}-{sha256[..12]}");
        Write(name + ".bin", bytes.Span);
        EspBackupRecord record = new(
            identity.Name, identity.Mac, identity.Jedec, sha256, now, how, "holds names and passwords of Wi-Fi networks, and keys of this device: keep it to yourself");
        Write(name + ".json", JsonSerializer.SerializeToUtf8Bytes(record, EspStateContext.Default.EspBackupRecord));
        return new EspBackup(bytes, sha256, name + ".bin");
    }

    /// <summary>A kept backup by its path; null when it is not what it was.</summary>
    public static EspBackup? Load(string path, string sha256)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) == sha256 ? new EspBackup(bytes, sha256, path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        if (File.Exists(path))
            return;
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // Two boards with the same address at the same time must not meet in one file.
        string part = $"{path}.{Guid.NewGuid():n}.part";
        using (FileStream stream = new(part, options))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
    }
}

/// <summary>What is noted beside a backup.</summary>
/// <param name="Chip">As printed on it.</param>
/// <param name="Mac">Its address.</param>
/// <param name="Jedec">Of the flash chip.</param>
/// <param name="Sha256">Of the bytes.</param>
/// <param name="Taken">When.</param>
/// <param name="How">In words.</param>
/// <param name="Label">What is in it that is nobody else's business.</param>
public sealed record EspBackupRecord(string Chip, string Mac, string Jedec, string Sha256, DateTimeOffset Taken, string How, string Label);

/// <summary>A write that is not complete.</summary>
/// <param name="Mac">The chip.</param>
/// <param name="Target">SHA-256 of what the ranges are to hold.</param>
/// <param name="Backup">The backup that was taken before; null when there was none.</param>
/// <param name="BackupSha256">Its hash.</param>
/// <param name="Erased">The chip was erased for it.</param>
/// <param name="Written">Everything below that address is written.</param>
public sealed record EspJournal(string Mac, string Target, string? Backup, string? BackupSha256, bool Erased, long Written)
{
    /// <summary>The journal of a chip; null when its last write was completed.</summary>
    public static EspJournal? Read(string folder, string mac)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(folder, mac)), EspStateContext.Default.EspJournal) is { } journal && journal.Mac == mac ? journal : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it, so that it is never half there.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = PathOf(folder, Mac);
        File.WriteAllBytes(path + ".part", JsonSerializer.SerializeToUtf8Bytes(this, EspStateContext.Default.EspJournal));
        File.Move(path + ".part", path, overwrite: true);
    }

    /// <summary>The write is complete.</summary>
    public static void Complete(string folder, string mac) => File.Delete(PathOf(folder, mac));

    private static string PathOf(string folder, string mac) => Path.Combine(folder, mac.Replace(":", "", StringComparison.Ordinal) + ".json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(EspBackupRecord))]
[JsonSerializable(typeof(EspJournal))]
internal sealed partial class EspStateContext : JsonSerializerContext;
