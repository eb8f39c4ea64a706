using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Dhcp;

public sealed partial class DhcpServer
{
    /// <summary>
    /// Runs DISCOVER, REQUEST and BOOTP through a scratch server, so that the first real answer does not wait for the compiler: some
    /// loaders listen for a moment only. Leaves nothing behind and asks none of the callbacks.
    /// </summary>
    public static void Warmup(DhcpServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        DhcpServer scratch = new(options with { Answers = null, InUse = null });
        IPEndPoint nobody = new(IPAddress.Any, ClientPort);
        DhcpActions actions = new();
        DhcpMessageType?[] types = [DhcpMessageType.Discover, DhcpMessageType.Request, null];
        foreach (DhcpMessageType? type in types)
        {
            DhcpWriter request = DhcpWriter.Request(new PhysicalAddress([2, 0, 0, 0, 0, 1]), 1);
            if (type is { } known)
                request.Type(known);
            request.Option(DhcpOption.VendorClass, "U-Boot");
            scratch.OnDatagram(request.Finish(), nobody, TimeSpan.Zero, actions);
        }
    }
}
