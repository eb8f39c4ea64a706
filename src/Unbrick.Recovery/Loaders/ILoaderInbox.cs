namespace Unbrick.Recovery.Loaders;

/// <summary>Where our server keeps the one file that a loader sends; open until it is disposed of.</summary>
public interface ILoaderInbox : IDisposable
{
    /// <summary>The file; null while it is not there whole.</summary>
    ReadOnlyMemory<byte>? Arrived { get; }
}
