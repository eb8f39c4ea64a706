using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Unbrick.E2E.Lab;

/// <summary>ser2net with a serial port of this machine, on a free port of the loopback.</summary>
internal sealed class SerialServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Peer _peer;

    private SerialServer(Peer peer, int port) => (_peer, Port) = (peer, port);

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="scratch">For its settings.</param>
    /// <param name="accepter">How it hands the port out: <c>tcp</c>, <c>telnet,tcp</c> or <c>telnet(rfc2217),tcp</c>.</param>
    /// <param name="device">The serial port.</param>
    public static async Task<SerialServer> StartAsync(Scratch scratch, string accepter, string device)
    {
        string unpacked = Paths.LabTool("peers/ser2net/usr/sbin/ser2net");
        string? program = File.Exists(unpacked) ? unpacked : Needs.Find("ser2net");
        Assert.SkipUnless(program is not null, "ser2net is not there (lab/net/get-peers.sh gets it)");
        int port = Free();
        string settings = scratch.Beside("ser2net.yaml");
        await File.WriteAllTextAsync(
            settings,
            string.Create(
                CultureInfo.InvariantCulture,
                $"%YAML 1.1\n---\nconnection: &one\n  accepter: {accepter},127.0.0.1,{port}\n  connector: serialdev,{device},115200n81,local\n"),
            TestContext.Current.CancellationToken);
        SerialServer server = new(Peer.Start([program, "-n", "-d", "-u", "-c", settings, "-P", scratch.Beside("ser2net.pid")]), port);
        DateTime end = DateTime.UtcNow + s_patience;
        while (!IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(at => at.Port == port))
        {
            Assert.True(!server._peer.HasExited && DateTime.UtcNow < end, $"ser2net does not listen: {server._peer.Errors}{server._peer.Output}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        return server;
    }

    /// <summary>Ends it as a crash or a pulled cable does.</summary>
    public async Task KillAsync()
    {
        _peer.Send(Kill);
        await _peer.EndAsync(s_patience);
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    private const int Kill = 9;

    private static int Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
