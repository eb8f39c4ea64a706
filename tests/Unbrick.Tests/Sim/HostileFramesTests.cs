using System.Net;
using Unbrick.Net.Host;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Sim;

/// <summary>Neither a simulated loader nor the simulated PC may fall over what is on the wire, be it noise or nearly right.</summary>
public sealed class HostileFramesTests
{
    private const uint PcIp = 0xc0a80102;
    private const uint DeviceIp = 0xc0a80101;

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, true)]
    [InlineData(3, true, false)]
    [InlineData(4, true, true)]
    public void A_loader_takes_any_frame_and_still_asks_for_its_file(int seed, bool strict, bool dhcp)
    {
        UBootTftpOptions tftp = (strict ? UBootTftpOptions.UBoot2022 : UBootTftpOptions.UBoot11) with
        {
            RamSize = 0x20_0000,
            RestartDelay = TimeSpan.FromSeconds(1),
        };
        LoaderBench bench = new(tftp, dhcp: dhcp, modern: strict);
        bench.Answers(4);
        Random random = new(seed);
        byte[] frame = new byte[600];
        for (int i = 0; i < 20_000; i++)
        {
            int port = dhcp && i % 2 == 0 ? 68 : bench.Loader.LastPort;
            bench.Host.Cable.SendDown(frame.AsSpan(0, NearlyRight(frame, random, DeviceIp, port)));
            bench.Stack.Poll(TimeSpan.FromMilliseconds(2));
        }
        bench.Router.PowerOff();
        int before = bench.Loader.Requests + bench.Loader.DhcpBroadcasts;
        bench.Router.PowerOn();
        bench.Answers(4);
        Assert.InRange(bench.Loader.Requests + bench.Loader.DhcpBroadcasts, before + 1, before + 5);
        Assert.InRange(bench.Loader.Received.Length, 0, 0x20_0000);
    }

    [Fact]
    public void The_pc_takes_any_frame()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        int heard = 0;
        byte[] buffer = new byte[2048];
        bench.Stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 67)), port =>
        {
            while (port.TryReceive(buffer, out _))
                heard++;
        });
        bench.Answers(4);
        Random random = new(5);
        byte[] frame = new byte[600];
        for (int i = 0; i < 20_000; i++)
        {
            bench.Host.Cable.SendUp(frame.AsSpan(0, NearlyRight(frame, random, PcIp, 67)), TimeSpan.Zero);
            bench.Stack.Poll(TimeSpan.FromMilliseconds(2));
        }
        Assert.InRange(heard, 1000, 19_000);
    }

    /// <summary>A UDP frame whose payload begins like TFTP or BOOTP, mostly with some bytes changed, now and then cut short.</summary>
    private static int NearlyRight(byte[] frame, Random random, uint to, int port)
    {
        byte[] payload = new byte[random.Next(540)];
        random.NextBytes(payload);
        if (payload.Length > 4)
        {
            payload[0] = (byte)(random.Next(4) == 0 ? 2 : 0);
            payload[1] = (byte)random.Next(8);
            payload[2] = (byte)(random.Next(3) == 0 ? 6 : 0);
        }
        int total = Ipv4Header.Size + UdpDatagram.HeaderSize + payload.Length;
        EthernetFrame.WriteHeader(frame, MacAddress.Broadcast, new MacAddress(7), EthernetFrame.Ipv4Type);
        uint from = to ^ 3;
        new Ipv4Header(Ipv4Header.Size, total, 1, 0, Ipv4Header.Udp, from, to).Write(frame.AsSpan(EthernetFrame.HeaderSize));
        new UdpDatagram((ushort)(port == 68 ? 67 : 2000), (ushort)port, payload)
            .Write(frame.AsSpan(EthernetFrame.HeaderSize + Ipv4Header.Size), from, to, withChecksum: true);
        for (int changes = random.Next(3); changes > 0; changes--)
            frame[random.Next(EthernetFrame.HeaderSize + 40)] = (byte)random.Next(256);
        if (random.Next(4) == 0)
            frame[13] = 6;
        return random.Next(8) == 0 ? random.Next(EthernetFrame.HeaderSize + total) : EthernetFrame.HeaderSize + total;
    }
}
