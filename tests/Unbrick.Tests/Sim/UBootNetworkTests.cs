using Unbrick.Net.Host;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Sim;

public sealed class UBootNetworkTests
{
    [Fact]
    public void Without_an_answer_to_arp_each_of_the_ten_lives_asks_once_more()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        bench.Host.RemoveAddress(SimNetworkHost.AdapterName, new AdapterAddress(LoaderBench.PcIp, 24));
        bench.Answers(4);
        Assert.Equal(1, bench.Loader.ArpRequests);
        bench.Answers(55);
        // Each time-out of TFTP begins a new round of ARP, so with 5 s each the five tries never run out; the ten lives do.
        Assert.Equal(11, bench.Loader.ArpRequests);
        Assert.EndsWith("\nRetry count exceeded; starting again\n", bench.Console.ToString());
    }

    [Fact]
    public void With_a_longer_time_out_of_tftp_arp_gives_up_first()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11 with { TimeoutSeconds = 60 });
        bench.Host.RemoveAddress(SimNetworkHost.AdapterName, new AdapterAddress(LoaderBench.PcIp, 24));
        bench.Answers(30);
        Assert.Equal(4, bench.Loader.ArpRequests);
        Assert.EndsWith("\nARP Retry count exceeded; starting again\n", bench.Console.ToString());
        Assert.Equal(1, bench.Loader.Restarts);
    }

    [Fact]
    public void An_address_that_comes_late_is_found_by_the_next_arp_request()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11 with { TimeoutSeconds = 60 });
        AdapterAddress address = new(LoaderBench.PcIp, 24);
        bench.Host.RemoveAddress(SimNetworkHost.AdapterName, address);
        bench.Answers(6);
        bench.Host.AddAddress(SimNetworkHost.AdapterName, address);
        Assert.Equal("RRQ image.bin octet timeout 60", bench.Answers(3));
        Assert.Equal(2, bench.Loader.ArpRequests);
    }

    [Fact]
    public void A_packet_with_ip_options_is_a_bad_checksum_to_an_old_loader_and_it_says_so()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        // An IGMPv3 report to 224.0.0.22 with Router Alert, as PCs send it when the link comes up, here to the broadcast address.
        byte[] frame = Convert.FromHexString(
            "ffffffffffff" + "02005e000001" + "0800"
            + "46c00028" + "00004000" + "0102" + "41fd" + "c0a80102" + "e0000016" + "94040000"
            + "2200f9020000000104000000e00000fb" + "0000");
        bench.Host.Cable.SendDown([.. frame, .. new byte[60 - frame.Length]]);
        bench.Answers();
        Assert.EndsWith("checksum bad\n", bench.Console.ToString());
        Assert.Equal(1, bench.Loader.BadChecksums);
        Assert.Equal("ACK 1", bench.Data(1));
    }

    [Fact]
    public void A_loader_without_a_request_of_its_own_answers_arp_for_its_address_only()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        Assert.Equal(1, CountArpReplies(bench, "c0a80101"));
        Assert.Equal(0, CountArpReplies(bench, "c0a80103"));
    }

    private static int CountArpReplies(LoaderBench bench, string target)
    {
        NetworkAdapter adapter = bench.Host.Adapters()[0];
        int replies = 0;
        byte[] buffer = new byte[1514];
        using IFrameTap tap = bench.Stack.OpenTap(adapter, TapScope.Signs, t =>
        {
            while (t.TryReceive(buffer, out int length, out bool outgoing))
                replies += !outgoing && length == 60 && buffer[12] == 8 && buffer[13] == 6 && buffer[21] == 2 ? 1 : 0;
        });
        byte[] request = Convert.FromHexString(
            "ffffffffffff" + "02005e000001" + "0806" + "0001080006040001" + "02005e000001" + "c0a80102" + "000000000000" + target);
        bench.Host.Cable.SendDown(request);
        bench.Answers();
        return replies;
    }
}
