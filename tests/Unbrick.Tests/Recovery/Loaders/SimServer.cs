using Unbrick.Recovery.Loaders;
using Unbrick.Sim.Consoles;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>The server on a simulated board's cable.</summary>
internal sealed class SimServer(ConsoleBench sim) : ILoaderNetwork
{
    public string Server => "192.168.31.2";

    public string Device => "192.168.31.123";

    /// <summary>What becomes of a file that came; null leaves it.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>? Arriving { get; init; }

    public IDisposable Serve(string name, ReadOnlyMemory<byte> content, CancellationToken ct) => new ConsoleFileServer(sim, name, content);

    public ILoaderInbox Take(string name, long length, CancellationToken ct) => new Inbox(new ConsoleFileServer(sim, name, default, takes: length), Arriving ?? (c => c));

    private sealed class Inbox(ConsoleFileServer server, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?> arriving) : ILoaderInbox
    {
        public ReadOnlyMemory<byte>? Arrived => server.Taken is { } taken ? arriving(taken) : null;

        public void Dispose() => server.Dispose();
    }
}
