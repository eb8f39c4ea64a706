namespace Unbrick.E2E.Lab;

/// <summary>
/// Two machines and a cable between their <c>eth0</c>: ours at <c>192.168.77.1/24</c> and the device at <c>192.168.77.2/24</c>, unless the
/// test wants one of them without an address.
/// </summary>
internal sealed class Cable : IAsyncDisposable
{
    public const string Adapter = "eth0";
    public const string ServerAddress = "192.168.77.1";
    public const string DeviceAddress = "192.168.77.2";
    public const string Pool = "192.168.77.100-192.168.77.150";

    private Cable(NetworkNamespace server, NetworkNamespace device) => (Server, Device) = (server, device);

    /// <summary>The machine that <c>unbrick</c> runs on.</summary>
    public NetworkNamespace Server { get; }

    /// <summary>The machine at the other end.</summary>
    public NetworkNamespace Device { get; }

    public static async Task<Cable> LayAsync(bool serverHasAddress = true, bool deviceHasAddress = true)
    {
        NetworkNamespace server = await NetworkNamespace.MakeAsync();
        NetworkNamespace? device = null;
        try
        {
            device = await NetworkNamespace.MakeAsync();
            await server.ConfigureAsync("link", "add", Adapter, "type", "veth", "peer", "name", Adapter, "netns", device.Name);
            if (serverHasAddress)
                await server.ConfigureAsync("addr", "add", ServerAddress + "/24", "brd", "+", "dev", Adapter);
            if (deviceHasAddress)
                await device.ConfigureAsync("addr", "add", DeviceAddress + "/24", "brd", "+", "dev", Adapter);
            await server.ConfigureAsync("link", "set", Adapter, "up");
            await device.ConfigureAsync("link", "set", Adapter, "up");
            return new(server, device);
        }
        catch
        {
            if (device is not null)
                await device.DisposeAsync();
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Device.DisposeAsync();
        await Server.DisposeAsync();
    }
}
