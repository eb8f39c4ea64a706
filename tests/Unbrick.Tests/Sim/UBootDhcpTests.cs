using System.Buffers.Binary;
using System.Net;
using Unbrick.Net.Host;
using Unbrick.Sim.Loaders;

namespace Unbrick.Tests.Sim;

public sealed class UBootDhcpTests
{
    [Fact]
    public void A_discover_is_a_bootp_request_from_0_0_0_0_with_option_53_first()
    {
        Server server = new(modern: false);
        server.Run(4);
        byte[] discover = Assert.Single(server.Requests);
        Assert.Equal("0.0.0.0", server.From!.Address.ToString());
        Assert.Equal(68, server.From.Port);
        Assert.Equal(300, discover.Length);
        // op htype hlen hops, flags, cookie, option 53 = DISCOVER, 57 = 576.
        Assert.Equal("01010600", Convert.ToHexString(discover, 0, 4));
        Assert.Equal("0000", Convert.ToHexString(discover, 10, 2));
        Assert.Equal("638253633501013902", Convert.ToHexString(discover, 236, 9));
        Assert.Equal("BOOTP broadcast 1\n", server.Bench.Console.ToString());
    }

    [Fact]
    public void An_old_loader_asks_every_5_s_five_times_and_starts_again_after_10_s()
    {
        Server server = new(modern: false);
        server.Run(4 + 24);
        Assert.Equal(5, server.Requests.Count);
        server.Run(5);
        Assert.EndsWith("BOOTP broadcast 5\n\nRetry count exceeded; starting again\n", server.Bench.Console.ToString());
        server.Run(7);
        Assert.EndsWith("BOOTP broadcast 1\n", server.Bench.Console.ToString());
    }

    [Fact]
    public void A_new_loader_asks_again_after_250_ms_doubling_to_2_s()
    {
        Server server = new(modern: true);
        server.Run(12);
        double[] gaps = [.. server.At.Zip(server.At.Skip(1), (a, b) => (b - a).TotalMilliseconds).Take(5)];
        Assert.Equal([250, 500, 1000, 2000, 2000], gaps);
    }

    [Fact]
    public void Offer_request_ack_and_then_the_file_that_was_offered_from_the_server_that_was_named()
    {
        Server server = new(modern: false);
        server.Run(4);
        server.Reply(type: 2, file: "recovery.bin");
        byte[] request = server.Requests[^1];
        Assert.Equal("638253633501033902024036" + "04C0A80102" + "3204C0A80132", Convert.ToHexString(request, 236, 23));
        Assert.Equal("192.168.1.50", server.From!.Address.ToString());
        server.Reply(type: 5, file: "recovery.bin");
        Assert.EndsWith("RRQ recovery.bin octet timeout 5", server.Bench.Answers());
        Assert.Contains(
            "DHCP client bound to address 192.168.1.50\nTFTP from server 192.168.1.2; our IP address is 192.168.1.50\n"
            + "Filename 'recovery.bin'.\n",
            server.Bench.Console.ToString());
    }

    [Fact]
    public void Ralinks_console_reads_as_in_the_log_of_thread_002()
    {
        Server server = new(modern: false, UBootTftpOptions.UBoot11 with { LoadAddress = 0x8200_0000, RalinkConsole = true });
        server.Run(4);
        server.Reply(type: 2, file: "recovery.bin");
        server.Reply(type: 5, file: "recovery.bin");
        server.Bench.Answers();
        Assert.Equal(
            "BOOTP broadcast 1\nDHCP client bound to address 192.168.1.50\n"
            + "TFTP from server 192.168.1.2; our IP address is 192.168.1.50\nFilename 'recovery.bin'.\n\n"
            + " TIMEOUT_COUNT=10,Load address: 0x82000000\n"
            + "Loading: *\bGot ARP REPLY, set server/gtwy eth addr (02:00:5e:00:00:01)\nGot it\n",
            server.Bench.Console.ToString());
    }

    [Fact]
    public void An_old_loader_ignores_option_67_and_asks_for_its_default_name()
    {
        Server server = new(modern: false);
        server.Run(4);
        server.Reply(type: 2, option67: "x.bin");
        server.Reply(type: 5, option67: "x.bin");
        Assert.EndsWith("RRQ C0A80132.img octet timeout 5", server.Bench.Answers());
        Assert.Contains("*** Warning: no boot file name; using 'C0A80132.img'\n", server.Bench.Console.ToString());
    }

    [Fact]
    public void A_new_loader_reads_option_67_behind_a_pad_and_asks_from_0_0_0_0_until_it_is_bound()
    {
        Server server = new(modern: true);
        server.Run(3.5);
        server.Reply(type: 2, option67: "x.bin", pad: true);
        Assert.Equal("0.0.0.0", server.From!.Address.ToString());
        server.Reply(type: 5, option67: "x.bin", pad: true);
        Assert.EndsWith("RRQ x.bin octet timeout 5", server.Bench.Answers());
        Assert.Matches(@"DHCP client bound to address 192\.168\.1\.50 \(\d+ ms\)\n", server.Bench.Console.ToString());
    }

    [Fact]
    public void A_pad_before_option_53_hides_the_ack_from_an_old_loader()
    {
        Server server = new(modern: false);
        server.Run(4);
        server.Reply(type: 2, file: "f");
        server.Reply(type: 5, file: "f", pad: true);
        Assert.DoesNotContain("bound", server.Bench.Console.ToString());
        server.Reply(type: 5, file: "f");
        Assert.Contains("bound", server.Bench.Console.ToString());
    }

    [Fact]
    public void A_bootp_reply_is_taken_for_an_offer_but_binds_nothing()
    {
        Server server = new(modern: false);
        server.Run(4);
        server.Reply(type: null, file: "f");
        Assert.Equal(3, server.Requests[^1][242]);
        server.Reply(type: null, file: "f");
        Assert.DoesNotContain("bound", server.Bench.Console.ToString());
    }

    [Fact]
    public void Replies_to_others_are_ignored_by_number_and_by_new_loaders_by_address()
    {
        Server old = new(modern: false);
        old.Run(4);
        old.Reply(type: 2, file: "f", xidChange: 1);
        Assert.Single(old.Requests);
        old.Reply(type: 2, file: "f", foreignMac: true);
        Assert.Equal(2, old.Requests.Count);

        Server newer = new(modern: true);
        newer.Run(3.5);
        Assert.NotEmpty(newer.Requests);
        newer.Reply(type: 2, file: "f", foreignMac: true);
        Assert.DoesNotContain(newer.Requests, request => request[242] == 3);
    }

    /// <summary>A DHCP server made by hand: it hears, and says what the test wants it to.</summary>
    private sealed class Server
    {
        private readonly IUdpPort _port;
        private readonly byte[] _buffer = new byte[1024];

        public Server(bool modern, UBootTftpOptions? tftp = null)
        {
            Bench = new LoaderBench(tftp ?? UBootTftpOptions.UBoot11, dhcp: true, modern: modern);
            _port = Bench.Stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 67), Broadcast: true), Hear);
        }

        public LoaderBench Bench { get; }

        public List<byte[]> Requests { get; } = [];

        public List<TimeSpan> At { get; } = [];

        public IPEndPoint? From { get; private set; }

        public void Run(double seconds) => Bench.Answers(seconds);

        public void Reply(byte? type, string file = "", string option67 = "", bool pad = false, uint xidChange = 0, bool foreignMac = false)
        {
            byte[] reply = new byte[300];
            Requests[^1].AsSpan(0, 240).CopyTo(reply);
            reply[0] = 2;
            uint xid = BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(4)) + xidChange;
            BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(4), xid);
            Convert.FromHexString("C0A80132C0A80102").CopyTo(reply, 16);
            reply[33] ^= foreignMac ? (byte)1 : (byte)0;
            reply.AsSpan(108, 128).Clear();
            System.Text.Encoding.ASCII.GetBytes(file, reply.AsSpan(108));
            List<byte> options = pad ? [0] : [];
            if (type is { } message)
                options.AddRange([53, 1, message, 54, 4, 192, 168, 1, 2]);
            if (option67.Length > 0)
                options.AddRange([67, (byte)option67.Length, .. System.Text.Encoding.ASCII.GetBytes(option67)]);
            options.Add(255);
            options.CopyTo(reply, 240);
            _port.Send(reply, new IPEndPoint(IPAddress.Broadcast, 68));
            TimeSpan end = Bench.Time.Elapsed + TimeSpan.FromMilliseconds(5);
            while (Bench.Time.Elapsed < end)
                Bench.Stack.Poll(end - Bench.Time.Elapsed);
        }

        private void Hear(IUdpPort port)
        {
            while (port.TryReceive(_buffer, out Arrival arrival))
            {
                Requests.Add(_buffer[..arrival.Length]);
                At.Add(Bench.Time.Elapsed);
                From = arrival.From;
            }
        }
    }
}
