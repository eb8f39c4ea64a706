using System.Text.Json;
using System.Text.RegularExpressions;

namespace Unbrick.E2E.Lab;

/// <summary><c>unbrick sim esp</c>: a simulated board behind RFC 2217, and esptool-js in front of it.</summary>
internal sealed partial class SimulatedBoard : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);
    private static readonly string s_lab = Path.Combine(Paths.Repository, "artifacts", "lab", "esp");

    private readonly Peer _peer;

    private SimulatedBoard(Peer peer, string place)
    {
        _peer = peer;
        Place = place;
    }

    /// <summary>Where it is: a TCP port of this machine, or the path of a serial port.</summary>
    public string Place { get; }

    /// <summary>Skips the test when esptool-js is not there.</summary>
    public static void NeedsClient()
    {
        Needs.Programs("node");
        Assert.SkipUnless(Directory.Exists(Path.Combine(s_lab, "node_modules", "esptool-js")), "esptool-js is not there (lab/esp/get-peers.sh gets it)");
    }

    /// <summary>Starts it on a free port, with rate, DTR and RTS.</summary>
    public static Task<SimulatedBoard> StartAsync(Scratch scratch, params string[] options) => StartAtAsync(scratch, ["--rfc2217", "0", .. options]);

    /// <summary>Starts it where the options say.</summary>
    public static Task<SimulatedBoard> StartAtAsync(Scratch scratch, params string[] options) => StartKindAsync(scratch, "esp", options);

    /// <summary>Starts another kind of simulation: <c>unbrick sim KIND</c>.</summary>
    public static async Task<SimulatedBoard> StartKindAsync(Scratch scratch, string kind, params string[] options)
    {
        Peer peer = Peer.Start([Paths.Unbrick, "sim", kind, .. options], scratch.Environment);
        DateTime end = DateTime.UtcNow + s_patience;
        while (true)
        {
            if (Port().Match(peer.Output) is { Success: true } found)
                return new(peer, found.Groups[1].Value);
            Assert.True(DateTime.UtcNow < end && !peer.HasExited, $"no port\n{peer.Output}\n{peer.Errors}");
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Runs esptool-js on it: finds, writes, verifies, starts.</summary>
    public Task<Ended> EsptoolAsync(string image, string address) =>
        Peer.RunAsync(["node", Path.Combine(s_lab, "esptool-js.mjs"), Place, image, address], s_limit);

    /// <summary>What it found, its last line.</summary>
    public static JsonElement Result(Ended ended)
    {
        Assert.True(ended.ExitCode == 0, ended.ToString());
        return JsonSerializer.Deserialize<JsonElement>(ended.Output.TrimEnd().Split('\n')[^1]);
    }

    /// <summary>Ends it as a shell would, and waits.</summary>
    public Task<Ended> StopAsync()
    {
        _peer.Send(Native.Signal.Terminate);
        return _peer.EndAsync(s_patience);
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    [GeneratedRegex(@"\n(?:rfc2217|tcp|port) +(?:127\.0\.0\.1:)?(\S+)\n")]
    private static partial Regex Port();
}
