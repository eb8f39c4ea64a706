using System.Text.Json;

namespace Unbrick.E2E.Lab;

/// <summary><c>unbrick serve</c>, up and bound.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Peer _peer;

    private RunningServer(Peer peer) => _peer = peer;

    public int Pid => _peer.Pid;

    /// <summary>Starts a server and waits until UDP port 69 is bound, which is what "ready" means.</summary>
    public static async Task<RunningServer> StartAsync(Cable cable, Scratch scratch, params IEnumerable<string> command)
    {
        Peer peer = cable.Server.Start([.. command], scratch.Environment);
        try
        {
            await WaitAsync(() => peer.HasExited || BoundPorts(peer.Pid).Contains(69), "UDP port 69 was not bound", peer);
            if (peer.HasExited)
                Assert.Fail("the server ended: " + await peer.EndAsync(s_patience));
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
        return new(peer);
    }

    /// <summary>Waits for an event of <c>--json</c>.</summary>
    public Task UntilAsync(Predicate<JsonElement> seen, string what)
    {
        return WaitAsync(() => CompleteLines().Any(line => seen(line)), "no " + what, _peer);

        IEnumerable<JsonElement> CompleteLines()
        {
            string output = _peer.Output;
            return JsonLines.Parse(output[..(output.LastIndexOf('\n') + 1)]);
        }
    }

    public void Send(int signal) => _peer.Send(signal);

    public Task<Ended> EndAsync(TimeSpan limit) => _peer.EndAsync(limit);

    /// <summary>Asks it to end, as a shell or a service manager would, and waits for that.</summary>
    public Task<Ended> StopAsync()
    {
        Send(Native.Signal.Terminate);
        return EndAsync(TimeSpan.FromSeconds(10));
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    /// <summary>UDP ports bound in the process's network namespace; none when it is gone, or not in there yet.</summary>
    private static HashSet<int> BoundPorts(int pid)
    {
        HashSet<int> ports = [];
        if (new FileInfo($"/proc/{pid}/ns/net").LinkTarget == new FileInfo("/proc/self/ns/net").LinkTarget)
            return ports;
        foreach (string table in (string[])["udp", "udp6"])
        {
            try
            {
                foreach (string line in File.ReadLines($"/proc/{pid}/net/{table}").Skip(1))
                    ports.Add(Convert.ToInt32(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Split(':')[1], 16));
            }
            catch (IOException)
            {
                // It ended, or the system has no IPv6.
            }
        }
        return ports;
    }

    private static async Task WaitAsync(Func<bool> done, string failure, Peer peer)
    {
        DateTime end = DateTime.UtcNow + s_patience;
        while (!done())
        {
            Assert.True(DateTime.UtcNow < end, $"{failure}\n--- output\n{peer.Output}\n--- errors\n{peer.Errors}");
            await Task.Delay(s_pause, TestContext.Current.CancellationToken);
        }
    }
}
