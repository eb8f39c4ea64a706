using System.Security.Cryptography;
using System.Text.Json;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Spi.Nand;

/// <summary>
/// A backup of a SPI NAND on its way into the folder where backups are kept: block by block, since it may be larger than what one wants in memory.
/// Its name stands for all of it or for nothing.
/// </summary>
internal sealed class NandBackupFile : IDisposable
{
    private const string Bytes = ".bin", Record = ".json";

    private readonly string _place;
    private readonly string _part;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <param name="folder">Of all backups.</param>
    /// <param name="key">Of the chip.</param>
    /// <param name="now">Makes the name.</param>
    /// <exception cref="UnbrickException">It cannot be made.</exception>
    public NandBackupFile(string folder, string key, DateTimeOffset now)
    {
        _place = Path.Combine(folder, key);
        _part = Path.Combine(_place, $"{now.UtcDateTime:yyyy-MM-ddTHHmmss}{Bytes}.part");
        _stream = Try(() =>
        {
            Directory.CreateDirectory(_place);
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new FileStream(_part, options);
        });
    }

    /// <summary>What comes next.</summary>
    public void Add(byte[] bytes)
    {
        _hash.AppendData(bytes);
        Try(() =>
        {
            _stream.Write(bytes);
            return true;
        });
    }

    /// <summary>Keeps it, with a record beside it. Bytes that are kept already are not kept twice.</summary>
    /// <param name="record">Makes the record of the hash.</param>
    /// <param name="deliver">Gets all of it, from its start; null for nothing.</param>
    /// <param name="now">Makes the name.</param>
    /// <returns>The path of the bytes.</returns>
    public string Keep(Func<string, NandBackupRecord> record, Action<Stream>? deliver, DateTimeOffset now)
    {
        string sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        string name = Try(() =>
        {
            _stream.Flush(flushToDisk: true);
            string? before = Directory.EnumerateFiles(_place, $"*-{sha256[..12]}{Bytes}").Order(StringComparer.Ordinal).LastOrDefault();
            string made = before?[..^Bytes.Length] ?? Path.Combine(_place, $"{now.UtcDateTime:yyyy-MM-ddTHHmmss}-{sha256[..12]}");
            if (before is null)
            {
                File.Move(_part, made + Bytes);
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(made + Bytes, UnixFileMode.UserRead);
            }
            File.WriteAllBytes(made + Record + ".part", JsonSerializer.SerializeToUtf8Bytes(record(sha256), NandBackupJsonContext.Default.NandBackupRecord));
            File.Move(made + Record + ".part", made + Record, overwrite: true);
            return made;
        });
        _stream.Position = 0;
        deliver?.Invoke(_stream);
        return name + Bytes;
    }

    /// <summary>Closes it; what was not kept is gone.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
        try
        {
            File.Delete(_part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a folder that went away meanwhile; the error that led here is told
        }
    }

    private T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.OutputFailed, [], ("path", _part), ("reason", e.Message)), ExitCode.Failed, e);
        }
    }
}
