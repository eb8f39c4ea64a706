namespace Unbrick.Recovery.Loaders;

/// <summary>Our own server for a loader that fetches a file, or sends one.</summary>
public interface ILoaderNetwork
{
    /// <summary>Address of the server.</summary>
    string Server { get; }

    /// <summary>Address that the device is to take.</summary>
    string Device { get; }

    /// <summary>Serves a file until the answer is disposed of.</summary>
    /// <param name="name">The name that the device asks for.</param>
    /// <param name="content">The file.</param>
    /// <param name="ct">Ends it, too.</param>
    IDisposable Serve(string name, ReadOnlyMemory<byte> content, CancellationToken ct);

    /// <summary>Takes a file that the device sends, until the answer is disposed of.</summary>
    /// <param name="name">The name that the device gives it.</param>
    /// <param name="length">Bytes that it has; more are refused.</param>
    /// <param name="ct">Ends it, too.</param>
    ILoaderInbox Take(string name, long length, CancellationToken ct);
}
