using System.Net;
using Unbrick.Net.Host;
using Unbrick.Recovery.Serve;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class ServeCommandLineTests
{
    private static readonly AdapterAddress s_address = new(IPAddress.Parse("192.168.1.66"), 24);

    [Fact]
    public void The_shortest_command_is_short() => Assert.Equal(
        "unbrick serve x.bin --address 192.168.1.66/24", ServeCommandLine.With(new() { Image = "x.bin" }, s_address));

    [Fact]
    public void Whatever_was_typed_is_typed_again_but_for_the_address() => Assert.Equal(
        "unbrick serve --root \"/srv/my files\" --interface \"Ethernet 2\" --address 192.168.1.66/24 --no-dhcp --dhcp-pool 10.0.0.1-10.0.0.9"
            + " --boot-file y.bin --port 6969 --single-port --until done --any-name --anyway --uploads up",
        ServeCommandLine.With(
            new()
            {
                Root = "/srv/my files",
                Interface = "Ethernet 2",
                Address = new AdapterAddress(IPAddress.Parse("10.0.0.1"), 8),
                Dhcp = false,
                Pool = (IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.9")),
                BootFile = "y.bin",
                Port = 6969,
                SinglePort = true,
                AnyName = true,
                Anyway = true,
                Uploads = "up",
            },
            s_address));

    [Fact]
    public void For_ever_is_said_where_it_is_not_the_default()
    {
        Assert.EndsWith(" --until forever", ServeCommandLine.With(new() { Image = "x.bin", Forever = true }, s_address));
        Assert.DoesNotContain("--until", ServeCommandLine.With(new() { Root = "x", Forever = true }, s_address));
    }
}
