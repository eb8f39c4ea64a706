namespace Unbrick.Recovery.Loaders;

/// <summary>Our own server for a loader that fetches a file.</summary>
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
}
