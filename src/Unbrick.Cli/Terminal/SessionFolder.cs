using Unbrick.Core.Events;

namespace Unbrick.Cli.Terminal;

/// <summary>The record of a run: a folder of plain files that can be attached to a forum post.</summary>
internal sealed class SessionFolder : IDisposable
{
    /// <summary>A server that runs for weeks must not fill the disk.</summary>
    private const long MostBytes = 16 << 20;

    private readonly StreamWriter _events;
    private FileStream? _capture;

    private SessionFolder(string path, StreamWriter events)
    {
        Folder = path;
        _events = events;
    }

    /// <summary>Its path.</summary>
    public string Folder { get; }

    /// <summary>Makes <c>sessions/2026-11-21T0127-subject</c>; null when nothing can be written there.</summary>
    public static SessionFolder? Create(string state, string subject, DateTimeOffset now)
    {
        string clean = new([.. subject.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').Take(40)]);
        string path = Path.Combine(state, "sessions", $"{now:yyyy-MM-ddTHHmmss}-{clean.Trim('-')}");
        try
        {
            for (int i = 2; Directory.Exists(path); i++)
                path = $"{path.Split('~')[0]}~{i}";
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new SessionFolder(path, new StreamWriter(Path.Combine(path, "events.jsonl")) { AutoFlush = true });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A new file in the folder for what the raw capture hears; null when it cannot be made.</summary>
    public FileStream? OpenCapture()
    {
        try
        {
            return _capture ??= new FileStream(Path.Combine(Folder, "wire.pcap"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Adds one event; how far a transfer is at every moment is not kept.</summary>
    public void Add(UnbrickEvent item)
    {
        if (item is Progress || _events.BaseStream.Length > MostBytes)
            return;
        try
        {
            _events.WriteLine(EventJson.ToLine(item));
        }
        catch (IOException)
        {
            // a full disk must not end the recovery
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Dispose();
        _capture?.Dispose();
    }
}
