using System.Globalization;
using System.Text;

namespace Unbrick.Recovery.Lines;

/// <summary>
/// The record of a console, which can be played again: <c>console.log</c> has the raw bytes as they came, <c>console.keys</c> those that were sent,
/// <c>console.times</c> one line for each piece of either: seconds since the start, <c>in</c> or <c>out</c>, how many bytes, the rate. What does
/// not fit on the disk, or is more than 64 MiB, is not kept; the console goes on.
/// </summary>
public sealed class ConsoleRecord : IDisposable
{
    /// <summary>Names of the three files.</summary>
    public const string LogName = "console.log", KeysName = "console.keys", TimesName = "console.times";

    /// <summary>The most that is kept of what comes, in bytes.</summary>
    public const long MostBytes = 64 << 20;

    private readonly Stream? _log, _keys, _times;
    private readonly Lock _gate = new();
    private long _kept;
    private bool _broken;

    private ConsoleRecord(Stream? log, Stream? keys, Stream? times) => (_log, _keys, _times) = (log, keys, times);

    /// <summary>No more is kept.</summary>
    public bool IsFull => _broken || _kept >= MostBytes;

    /// <summary>Begins a record in a folder; where none can be written, nothing is kept.</summary>
    /// <param name="folder">The folder; null for no record.</param>
    public static ConsoleRecord Create(string? folder)
    {
        try
        {
            return folder is null
                ? new ConsoleRecord(null, null, null)
                : new ConsoleRecord(New(folder, LogName), New(folder, KeysName), New(folder, TimesName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ConsoleRecord(null, null, null);
        }
    }

    /// <summary>Keeps what came in.</summary>
    public void In(ReadOnlySpan<byte> bytes, TimeSpan at, int baud) => Keep(_log, bytes, at, "in", baud);

    /// <summary>Keeps what was sent.</summary>
    public void Out(ReadOnlySpan<byte> bytes, TimeSpan at, int baud) => Keep(_keys, bytes, at, "out", baud);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Stream? file in (Stream?[])[_log, _keys, _times])
        {
            try
            {
                file?.Dispose();
            }
            catch (IOException)
            {
                // a full disk must not end a recovery
            }
        }
    }

    private static FileStream New(string folder, string name) =>
        new(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    private void Keep(Stream? file, ReadOnlySpan<byte> bytes, TimeSpan at, string way, int baud)
    {
        if (file is null || bytes.IsEmpty)
            return;
        lock (_gate)
        {
            if (IsFull)
                return;
            try
            {
                file.Write(bytes);
                _times!.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds:0.000} {way} {bytes.Length} {baud}\n")));
                _kept += bytes.Length;
            }
            catch (IOException)
            {
                _broken = true;
            }
        }
    }
}
