using System.Globalization;
using Unbrick.E2E.Native;

namespace Unbrick.E2E.Lab;

/// <summary>A network of its own: nothing a test does in it is seen outside, and everything goes with it.</summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private const string Prefix = "ube";
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(20);
    private static readonly Lazy<Task> s_sweep = new(SweepAsync);
    private static int s_made;

    private NetworkNamespace(string name) => Name = name;

    /// <summary>Its name to <c>ip netns</c>: holds our process id, so that a later run can tell what a killed one left.</summary>
    public string Name { get; }

    public static async Task<NetworkNamespace> MakeAsync()
    {
        await s_sweep.Value;
        NetworkNamespace made = new($"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref s_made)}");
        try
        {
            await IpAsync("netns", "add", made.Name);
            await made.ConfigureAsync("link", "set", "lo", "up");
            await made.RunAsync("sh", "-c", "for f in all default; do echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done");
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
        return made;
    }

    /// <summary>Runs <c>ip</c> on this namespace; its failure is the test's.</summary>
    public Task ConfigureAsync(params string[] words) => IpAsync(["-n", Name, .. words]);

    /// <summary>The IPv4 addresses of an adapter here, as <c>192.168.77.1/24</c>.</summary>
    public async Task<string[]> AddressesAsync(string adapter)
    {
        Ended ended = await Peer.RunAsync(["ip", "-n", Name, "-4", "-o", "addr", "show", "dev", adapter], s_short);
        // 2: eth0    inet 192.168.77.1/24 brd ...
        return [.. Lines(ended).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3])];
    }

    /// <summary>
    /// Starts a program in here. The process id is the program's own: <c>ip netns exec</c> and <c>env</c> become it. A shell that runs the tests in
    /// the background has them ignore Ctrl-C, and they would hand that down.
    /// </summary>
    public Peer Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null) =>
        Peer.Start(["ip", "netns", "exec", Name, "env", "--default-signal=INT", .. command], environment);

    /// <summary>Runs a program in here to its end.</summary>
    public Task<Ended> RunAsync(params string[] command) => RunAsync(command, s_short);

    /// <inheritdoc cref="RunAsync(string[])"/>
    public Task<Ended> RunAsync(IReadOnlyList<string> command, TimeSpan limit, IReadOnlyDictionary<string, string>? environment = null) =>
        Peer.RunAsync(["ip", "netns", "exec", Name, .. command], limit, environment);

    public async ValueTask DisposeAsync() => await RemoveAsync(Name);

    private static async Task IpAsync(params string[] words)
    {
        Ended ended = await Peer.RunAsync(["ip", .. words], s_short);
        Assert.True(ended.ExitCode == 0, $"ip {string.Join(' ', words)}: {ended}");
    }

    private static async Task RemoveAsync(string name)
    {
        // Whatever still runs in a namespace of ours, a test of ours started.
        Ended inside = await Peer.RunAsync(["ip", "netns", "pids", name], s_short);
        foreach (string pid in Lines(inside))
            Signal.Send(int.Parse(pid, CultureInfo.InvariantCulture), Signal.Kill);
        await Peer.RunAsync(["ip", "netns", "del", name], s_short);
    }

    /// <summary>Removes what a run of these tests that was killed could not.</summary>
    private static async Task SweepAsync()
    {
        Ended list = await Peer.RunAsync(["ip", "netns", "list"], s_short);
        foreach (string line in Lines(list))
        {
            string name = line.Split(' ')[0];
            if (!name.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            string owner = name[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists("/proc/" + owner))
                await RemoveAsync(name);
        }
    }

    private static string[] Lines(Ended ended) => ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
