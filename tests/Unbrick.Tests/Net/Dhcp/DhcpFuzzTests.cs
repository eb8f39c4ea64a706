using System.Net;
using System.Net.NetworkInformation;
using FsCheck;
using FsCheck.Fluent;
using Unbrick.Net;
using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

public sealed class DhcpFuzzTests
{
    private static readonly byte[][] s_seeds =
    [
        ClientPacket.Discover(),
        ClientPacket.Discover(
            more: [ClientPacket.Option(60, "PXEClient:Arch:00007:UNDI:003016"), [93, 2, 0, 7], ClientPacket.Address(50, "192.168.79.101")]),
        ClientPacket.Request(more: [ClientPacket.Address(54, "192.168.79.1"), ClientPacket.Address(50, "192.168.79.100")]),
        new ClientPacket { ClientAddress = "192.168.79.100", Options = [53, 1, 3, 255] }.Build(),
        new ClientPacket { ClientAddress = "192.168.79.33", Options = [53, 1, 8, 255] }.Build(),
        new ClientPacket { ClientAddress = "192.168.79.100", Options = [53, 1, 7, 255] }.Build(),
        new ClientPacket { Options = [53, 1, 4, 50, 4, 192, 168, 79, 100, 255] }.Build(),
        new ClientPacket { Options = [53, 1, 1, 52, 1, 3, 255], File = [60, 3, 65, 66, 67, 255], ServerName = [61, 2, 1, 1, 255] }.Build(),
        ClientPacket.Bootp(),
        new ClientPacket { Options = null, File = "recovery.bin"u8.ToArray() }.Build(),
        new DhcpBench().Hear(ClientPacket.Discover())!.Bytes,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_datagram_breaks_the_server_and_every_answer_is_well_formed(int seed)
    {
        Random random = new(seed);
        DhcpBench bench = new(DhcpBench.Usual with { BootFile = seed % 2 == 0 ? null : "recovery.bin", IgnorePcs = seed > 2 });
        int answers = 0;
        for (int round = 0; round < 50_000; round++)
        {
            byte[] datagram = random.Next(10) == 0 ? Noise(random) : Mutant(random);
            if (bench.Hear(datagram, "192.168.79.33") is { } reply)
            {
                answers++;
                Assert.True(bench.To!.Address.Equals(IPAddress.Broadcast)
                    || bench.To.Address.ToString().StartsWith("192.168.79.", StringComparison.Ordinal));
                Assert.Equal(68, bench.To.Port);
                Assert.Equal(datagram[4..8], reply.Bytes[4..8]);
                Assert.Equal(datagram[28..44], reply.Bytes[28..44]);
                Assert.True(DhcpPacket.TryParse(reply.Bytes, out DhcpPacket parsed));
                Assert.False(parsed.IsCutShort);
                Assert.Equal(reply[53]?[0], (byte?)parsed.MessageType);
            }
            Assert.InRange(bench.Reports.Count, 1, 5);
            Assert.InRange(bench.Server.LeaseCount, 0, 51);
            bench.Wait(random.NextDouble() / 10);
        }
        Assert.InRange(answers, 5_000, 49_000);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void No_datagram_breaks_the_probe(int seed)
    {
        Random random = new(seed);
        int found = 0;
        for (int round = 0; round < 50_000; round++)
        {
            byte[] datagram = random.Next(2) == 0 ? Noise(random) : Mutant(random);
            found += DhcpProbe.TryReadForeignOffer(datagram, null, IPAddress.Parse("192.168.79.2"), out _, out _) ? 1 : 0;
        }
        Assert.InRange(found, 500, 20_000);
    }

    /// <summary>Whatever a few clients do to a pool that is too small for them, no two are told that the same address is theirs.</summary>
    [Fact]
    public void No_address_is_two_clients_at_once()
    {
        Gen<(int Client, int Deed, int Address, int Seconds)> deed =
            from client in Gen.Choose(0, 6)
            from what in Gen.Choose(0, 6)
            from address in Gen.Choose(99, 104)
            from seconds in Gen.Frequency((9, Gen.Choose(0, 3)), (1, Gen.Choose(100, 400)))
            select (client, what, address, seconds);
        Prop.ForAll(deed.ListOf().ToArbitrary(), deeds => Play(deeds))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20261121, 1));
    }

    private static void Play(IEnumerable<(int Client, int Deed, int Address, int Seconds)> deeds)
    {
        DhcpBench bench = new(DhcpBench.Pool("192.168.79.100", "192.168.79.103"));
        Dictionary<string, (PhysicalAddress Mac, TimeSpan Until)> holders = [];
        foreach ((int client, int deed, int number, int seconds) in deeds)
        {
            PhysicalAddress mac = ClientPacket.MacOf(client);
            string address = $"192.168.79.{number}";
            ServerReply? reply = bench.Hear(Deed(deed, mac, address));
            bool moves = reply is { Kind: "dhcpack" }
                || bench.Kinds.Any(kind => kind is DhcpReportKind.Release or DhcpReportKind.Decline or DhcpReportKind.ForeignServerChosen);
            foreach (string mine in holders.Keys.Where(key => moves && holders[key].Mac.Equals(mac)).ToArray())
                holders.Remove(mine);
            if (reply is { Kind: "offer" or "dhcpack" })
            {
                Assert.InRange(Ipv4.ToNumber(IPAddress.Parse(reply.YourAddress)), 0xc0a84f64u, 0xc0a84f67u);
                bool isHeld = holders.TryGetValue(reply.YourAddress, out (PhysicalAddress Mac, TimeSpan Until) other);
                Assert.False(isHeld && !other.Mac.Equals(mac) && other.Until > bench.Now);
            }
            if (reply is { Kind: "dhcpack" })
                holders[reply.YourAddress] = (mac, bench.Now + TimeSpan.FromSeconds(120));
            Assert.InRange(bench.Server.LeaseCount, 0, 4);
            bench.Wait(seconds);
        }
    }

    private static byte[] Deed(int deed, PhysicalAddress mac, string address) => deed switch
    {
        0 => ClientPacket.Discover(mac),
        1 => ClientPacket.Discover(mac, 2, ClientPacket.Address(50, address)),
        2 => ClientPacket.Request(mac, 1, ClientPacket.Address(50, address)),
        3 => ClientPacket.Request(mac, 1, ClientPacket.Address(54, "192.168.79.1")),
        4 => new ClientPacket { Mac = mac, Options = [53, 1, 4, .. ClientPacket.Address(50, address), 255] }.Build(),
        5 => new ClientPacket { Mac = mac, ClientAddress = address, Options = [53, 1, 7, 255] }.Build(),
        _ => ClientPacket.Request(mac, 1, ClientPacket.Address(54, "192.168.79.9"), ClientPacket.Address(50, address)),
    };

    private static byte[] Noise(Random random)
    {
        byte[] bytes = new byte[random.Next(700)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Mutant(Random random)
    {
        byte[] bytes = [.. s_seeds[random.Next(s_seeds.Length)]];
        if (random.Next(3) == 0)
            bytes[33] = (byte)random.Next(256);
        for (int changes = random.Next(6); changes > 0; changes--)
            bytes[random.Next(2) == 0 ? random.Next(bytes.Length) : random.Next(236, 270)] = (byte)random.Next(256);
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
