using System.Net;
using System.Text;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Formats.Xiaomi;
using Unbrick.Net.Host;
using Unbrick.Sim.Devices;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>Boot loaders that are told their address and the name of their file, on a simulated cable.</summary>
public sealed class NetworkBootTests
{
    [Theory]
    [InlineData("sim:router/mikrotik", "DHCP")]
    [InlineData("sim:router/mikrotik?bootp", "BOOTP")]
    [InlineData("fault:loss=5%,seed=3:sim:router/mikrotik", "DHCP")]
    [InlineData("fault:loss=5%,seed=3:sim:router/mikrotik?bootp", "BOOTP")]
    public void A_RouterBOARD_starts_the_image_from_memory_and_comes_back(string address, string protocol)
    {
        byte[] image = Elf(1_000_003);
        using ServeBench bench = new(address) { Journalled = true };

        ServeResult result = bench.Run(ServeBench.Serve("mikrotik-routerboot", image));

        Assert.Equal(("recovered", ExitCode.Done, 1), (result.Outcome, result.Exit, result.Transfers));
        MikroTikNetboot board = (MikroTikNetboot)bench.Device;
        Assert.Equal(NetworkBootState.Recovered, board.State);
        Assert.True(board.Running.Span.SequenceEqual(image));
        Assert.False(board.Loader.Corrupted);
        Assert.Contains(bench.Wires("dhcp"), w => w.Contains(protocol, StringComparison.Ordinal));
        Assert.Empty(bench.Network.Adapters()[0].Addresses);
    }

    [Fact]
    public void Its_console_tells_what_RouterBOOT_tells()
    {
        using ServeBench bench = new("sim:router/mikrotik?bootp");
        StringBuilder console = new();
        bench.Device.ConsoleText += text => console.Append(text);

        bench.Run(ServeBench.Serve("mikrotik-routerboot", Elf(100_000)));

        Assert.Matches(
            @"^trying bootp protocol\.\.\. OK\nGot IP address: [0-9.]+\ntransfer started \.\.\. transfer ok, time=\d\.\ds\nsetting up elf image\.\.\. OK\njumping to kernel code\n$",
            console.ToString());
    }

    [Fact]
    public void What_is_no_ELF_file_it_does_not_start()
    {
        using ServeBench bench = new("sim:router/mikrotik") { Limit = TimeSpan.FromMinutes(10) };

        bench.Run(ServeBench.Serve("mikrotik-routerboot", ServeBench.Image(100_000)) with { Anyway = true });

        MikroTikNetboot board = (MikroTikNetboot)bench.Device;
        Assert.Equal((NetworkBootState.Dead, 1), (board.State, board.Refused));
        Assert.True(board.Running.IsEmpty);
    }

    [Theory]
    [InlineData("sim:router/xiaomi-recovery")]
    [InlineData("fault:loss=5%,seed=3:sim:router/xiaomi-recovery")]
    public void A_Xiaomi_router_is_told_everything_by_DHCP(string address)
    {
        byte[] image = Hdr1(17, 1_000_000);
        using ServeBench bench = new(address) { Journalled = true };

        ServeResult result = bench.Run(ServeBench.Serve("xiaomi-ralink", image));

        Assert.Equal(("recovered", ExitCode.Done, 1), (result.Outcome, result.Exit, result.Transfers));
        XiaomiRecovery router = (XiaomiRecovery)bench.Device;
        Assert.True(router.Running.Span.SequenceEqual(image));
        Assert.Equal(0, router.Loader.MostTimeoutsInOneTry);
        Assert.Contains("wants image.bin (octet", Assert.Single(bench.Wires("request")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?fixed", "test.bin")]
    [InlineData("?fixed&file=C0A81F02.img", "C0A81F02.img")]
    public void One_with_fixed_addresses_gets_the_image_under_the_name_that_it_asks_for(string query, string name)
    {
        byte[] image = Hdr1(17, 300_000);
        using ServeBench bench = new("sim:router/xiaomi-recovery" + query);

        ServeResult result = bench.Run(ServeBench.Serve("xiaomi-ralink", image) with { Address = new AdapterAddress(IPAddress.Parse("192.168.31.100"), 24) });

        Assert.Equal("recovered", result.Outcome);
        Assert.True(((XiaomiRecovery)bench.Device).Running.Span.SequenceEqual(image));
        Assert.Contains($"wants {name} (octet", Assert.Single(bench.Wires("request")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 300_000, "Not R4A package.\nHeader check error!\nImage verify failed!\n")]
    [InlineData(17, 14_824_352, "Image too large\nImage verify failed!\n")]
    public void An_image_that_it_does_not_like_is_asked_for_again_and_that_is_said(int deviceId, int size, string words)
    {
        using ServeBench bench = new("sim:router/xiaomi-recovery");
        StringBuilder console = new();
        bench.Device.ConsoleText += text => console.Append(text);

        ServeResult result = bench.Run(ServeBench.Serve("xiaomi-ralink", Hdr1((ushort)deviceId, size)) with { Anyway = true });

        Assert.Equal(("refused", ExitCode.DeviceRefused), (result.Outcome, result.Exit));
        Assert.Contains("image-refused", result.Diagnosis.Select(p => p.Code));
        Assert.Contains(words, console.ToString(), StringComparison.Ordinal);
        Assert.True(((XiaomiRecovery)bench.Device).Running.IsEmpty);
    }

    private static byte[] Elf(int size)
    {
        byte[] image = ServeBench.Image(size);
        "\u007fELF\u0001\u0002\u0001\0"u8.CopyTo(image);
        return image;
    }

    private static byte[] Hdr1(ushort deviceId, int size) =>
        XiaomiHdr1.Write(deviceId, [new XiaomiSection(0x18_0000, 4, "firmware.bin", ServeBench.Image(size - 0x400))]);
}
