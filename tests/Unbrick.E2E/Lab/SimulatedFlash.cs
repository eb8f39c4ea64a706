using System.Globalization;
using System.Text.RegularExpressions;

namespace Unbrick.E2E.Lab;

/// <summary><c>unbrick sim spi</c>: a simulated chip behind serprog, and flashrom in front of it.</summary>
internal sealed partial class SimulatedFlash : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    private const int MostStarts = 4;

    private readonly Peer _peer;
    private readonly int _port;

    private SimulatedFlash(Peer peer, int port)
    {
        _peer = peer;
        _port = port;
    }

    /// <summary>Starts it on a free port.</summary>
    public static async Task<SimulatedFlash> StartAsync(Scratch scratch, params string[] options)
    {
        Peer peer = Peer.Start([Paths.Unbrick, "sim", "spi", "--serprog", "0", .. options], scratch.Environment);
        DateTime end = DateTime.UtcNow + s_patience;
        while (true)
        {
            if (Port().Match(peer.Output) is { Success: true } found)
                return new(peer, int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture));
            Assert.True(DateTime.UtcNow < end && !peer.HasExited, $"no port\n{peer.Output}\n{peer.Errors}");
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>
    /// Runs flashrom on it. It gives a programmer 50 ms for each answer while it finds its beginning (serprog.c, sp_synchronize), takes a late one for that
    /// to the next question, and then ends before it has asked for anything: on a machine with much to do it is started again.
    /// </summary>
    public async Task<Ended> FlashromAsync(params string[] options)
    {
        for (int i = 1; ; i++)
        {
            Ended ended = await Peer.RunAsync(["flashrom", "-p", $"serprog:ip=127.0.0.1:{_port}", .. options], s_limit);
            if (i == MostStarts || !ended.Errors.Contains("NAK to query interface version", StringComparison.Ordinal))
                return ended;
        }
    }

    /// <summary>Ends it as a shell would, and waits.</summary>
    public Task<Ended> StopAsync()
    {
        _peer.Send(Native.Signal.Terminate);
        return _peer.EndAsync(s_patience);
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    [GeneratedRegex(@"serprog +127\.0\.0\.1:(\d+)\n")]
    private static partial Regex Port();
}
