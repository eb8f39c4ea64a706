using System.Net;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Sim;

public sealed class UBootLegacyTftpTests
{
    [Fact]
    public void The_request_of_1_1_asks_for_a_timeout_of_5_s_and_no_blksize()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        Assert.Equal("RRQ image.bin octet timeout 5", bench.Answers(4));
        Assert.Equal(
            "TFTP from server 192.168.1.2; our IP address is 192.168.1.1\nFilename 'image.bin'.\nLoad address: 0x81000000\nLoading: *\b",
            bench.Console.ToString());
    }

    [Fact]
    public void Later_ones_ask_for_blksize_1468_and_name_their_adapter()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot2018);
        Assert.Equal("RRQ image.bin octet timeout 5 blksize 1468", bench.Answers(4));
        Assert.StartsWith("Using eth0 device\nTFTP from server", bench.Console.ToString());
    }

    [Fact]
    public void Without_an_answer_the_request_is_repeated_from_the_same_port_every_5_s_ten_times_and_then_from_another_after_10_s()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        bench.Answers(4);
        IPEndPoint first = bench.Client!;
        Assert.InRange(first.Port, 1024, 4095);
        Assert.Equal("RRQ image.bin octet timeout 5", bench.Answers(5));
        Assert.Equal(first, bench.Client);
        bench.Answers(45);
        Assert.Equal(11, bench.Loader.Requests);
        Assert.Equal("", bench.Answers(10));
        Assert.EndsWith("T T T T T T T T T T \nRetry count exceeded; starting again\n", bench.Console.ToString());
        Assert.Equal("RRQ image.bin octet timeout 5", bench.Answers(5));
        Assert.NotEqual(first, bench.Client);
        Assert.Equal(1, bench.Loader.Restarts);
    }

    [Fact]
    public void A_newer_one_gives_up_instead()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot2018);
        bench.Answers(200);
        Assert.True(bench.Router.GaveUp);
        Assert.Equal(0, bench.Loader.Restarts);
        Assert.EndsWith("Retry count exceeded; starting again\n", bench.Console.ToString());
    }

    [Fact]
    public void A_short_block_ends_the_file_and_the_console_says_how_long_it_is()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        Assert.Equal("ACK 1", bench.Data(1));
        Assert.Equal("ACK 2", bench.Data(2, 100));
        Assert.EndsWith("Loading: *\b#\ndone\nBytes transferred = 612 (264 hex)\n", bench.Console.ToString());
        Assert.True(bench.Router.Finished);
        Assert.False(bench.Loader.Corrupted);
        Assert.Equal(Enumerable.Repeat((byte)1, 512).Concat(Enumerable.Repeat((byte)2, 100)), bench.Loader.Received.ToArray());
    }

    [Fact]
    public void A_hash_stands_for_ten_blocks_and_a_line_for_65_hashes()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        for (int block = 1; block <= 651; block++)
            bench.Data(block);
        Assert.EndsWith("*\b" + new string('#', 65) + "\n\t #", bench.Console.ToString());
    }

    [Fact]
    public void A_repeat_of_the_last_block_is_ignored_without_an_ack_so_a_lost_ack_costs_5_s_and_a_life()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        Assert.Equal("ACK 1", bench.Data(1));
        Assert.Equal("", bench.Data(1));
        Assert.Equal("", bench.Data(1));
        Assert.Equal(2, bench.Loader.BlocksIgnored);
        Assert.Equal("ACK 1", bench.Answers(5));
        Assert.Equal(1, bench.Loader.Timeouts);
    }

    [Fact]
    public void The_block_before_and_then_the_last_block_again_wake_it_at_once()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        bench.Data(1);
        bench.Data(2);
        Assert.Equal("ACK 1", bench.Data(1));
        Assert.Equal("ACK 2", bench.Data(2));
        bench.Data(3, 0);
        Assert.Equal(0, bench.Loader.Timeouts);
        Assert.False(bench.Loader.Corrupted);
        Assert.Equal(1024, bench.Loader.Received.Length);
    }

    [Fact]
    public void Blocks_in_any_order_are_acked_and_stored_by_number()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        Assert.Equal("ACK 1", bench.Data(1));
        Assert.Equal("ACK 3", bench.Data(3));
        Assert.Equal("ACK 2", bench.Data(2));
        Assert.Equal("ACK 4", bench.Data(4, 1));
        Assert.False(bench.Loader.Corrupted);
        Assert.Equal([1, 2, 3, 4], [.. Enumerable.Range(0, 4).Select(block => (int)bench.Loader.Received.Span[block * 512])]);
    }

    [Fact]
    public void A_short_block_ends_it_although_blocks_are_missing_and_it_does_not_notice()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        bench.Data(1);
        Assert.Equal("ACK 3", bench.Data(3, 7));
        Assert.Contains("Bytes transferred = 1031 (407 hex)", bench.Console.ToString());
        Assert.True(bench.Loader.Corrupted);
    }

    [Fact]
    public void A_first_block_that_is_not_block_1_makes_it_start_again()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        Assert.Equal("", bench.Data(2));
        Assert.EndsWith("\nTFTP error: First block is not block 1 (2)\nStarting again\n\n", bench.Console.ToString());
        Assert.Equal("RRQ image.bin octet timeout 5", bench.Answers(11));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void In_old_ones_a_repeated_block_0_moves_the_rest_by_32_MiB_once_more(bool old, int extraRounds)
    {
        UBootTftpOptions options = UBootTftpOptions.UBoot13 with { AskedBlockSize = null, CountsRepeatedWraps = old };
        LoaderBench bench = new LoaderBench(options).AfterRequest();
        for (int block = 1; block < 65_536; block++)
            bench.SendAndPass(block);
        bench.SendAndPass(0);
        bench.SendAndPass(0);
        Assert.Equal("ACK 1", bench.Data(1, 10));
        Assert.Equal(65_536 * 512 * (1 + extraRounds) + 10, bench.Loader.Received.Length);
        Assert.Equal(old, bench.Loader.Corrupted);
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, 11)]
    public void Time_outs_add_up_over_the_whole_file_and_only_a_wrap_forgives_them_where_it_does(bool forgives, int most)
    {
        UBootTftpOptions options = UBootTftpOptions.UBoot11 with { WrapRestoresLives = forgives, AskedBlockSize = 8 };
        LoaderBench bench = new LoaderBench(options).AfterRequest();
        bench.Raw("\0\u0006blksize\08\0");
        for (int block = 1; block < 65_536; block++)
        {
            bench.SendAndPass(block, 8);
            if (block % 6_553 == 0)
                bench.Answers(5.1);
        }
        Assert.Equal(10, bench.Loader.Timeouts);
        bench.SendAndPass(0, 8);
        bench.Answers(5.1);
        Assert.Equal(11, bench.Loader.Timeouts);
        Assert.Equal(most, bench.Loader.MostTimeoutsInOneTry);
        Assert.Equal(forgives ? 0 : 1, bench.Loader.Restarts);
    }

    [Fact]
    public void Before_the_first_answer_any_port_is_good_and_after_it_only_that_one()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        Assert.Equal("ACK 1", bench.FromOtherPort("\0\u0003\0\u0001" + new string('x', 512)));
        Assert.Equal("", bench.Data(2));
        Assert.Equal(1, bench.Loader.BlocksStored);
    }

    [Fact]
    public void An_oack_is_answered_with_ack_0_and_its_blksize_is_taken()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot2018).AfterRequest();
        Assert.Equal("ACK 0", bench.Raw("\0\u0006timeout\05\0blksize\0100\0"));
        Assert.Equal("ACK 1", bench.Data(1, 100));
        Assert.False(bench.Router.Finished);
        Assert.Equal("ACK 2", bench.Data(2, 99));
        Assert.Equal(199, bench.Loader.Received.Length);
    }

    [Fact]
    public void Old_ones_start_again_at_any_error_and_newer_ones_end_at_file_not_found()
    {
        LoaderBench old = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        old.Raw("\0\u0005\0\u0001no such file\0");
        Assert.EndsWith("\nTFTP error: 'no such file' (1)\nStarting again\n\n", old.Console.ToString());
        Assert.Equal("RRQ image.bin octet timeout 5", old.Answers(11));

        LoaderBench newer = new LoaderBench(UBootTftpOptions.UBoot2018).AfterRequest();
        newer.Raw("\0\u0005\0\u0001no such file\0");
        Assert.EndsWith("Not retrying...\n", newer.Console.ToString());
        Assert.True(newer.Router.GaveUp);
    }

    [Fact]
    public void Fragments_are_dropped()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot13 with { AskedBlockSize = 1600 }).AfterRequest();
        Assert.Equal("ACK 0", bench.Raw("\0\u0006blksize\01600\0"));
        Assert.Equal("", bench.Data(1, 1600));
        Assert.Equal(0, bench.Loader.BlocksStored);
    }

    [Theory]
    [InlineData(0x0000, 1)]
    [InlineData(0x2000, 0)]
    [InlineData(0x0001, 0)]
    public void Also_a_fragment_that_holds_a_whole_udp_datagram_is_dropped(int flagsAndOffset, int stored)
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        byte[] frame = new byte[60];
        Convert.FromHexString("ffffffffffff" + "02005e000001" + "0800").CopyTo(frame, 0);
        new Ipv4Header(20, 33, 1, (ushort)flagsAndOffset, 17, 0xc0a80102, 0xc0a80101).Write(frame.AsSpan(14));
        // Port 2000 to the loader's port, length 13, no checksum; DATA 1 with one byte.
        Convert.FromHexString("07d0" + bench.Client!.Port.ToString("x4") + "000d0000" + "0003" + "0001" + "aa").CopyTo(frame, 34);
        bench.Host.Cable.SendDown(frame);
        bench.Answers();
        Assert.Equal(stored, bench.Loader.BlocksStored);
    }

    [Fact]
    public void Rubbish_is_ignored()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        string[] rubbish = ["", "\0", "\0\u0003", "\0\u0003\0", "\0\u0004\0\u0001", "\0\u0009\0\0", "\0\u0001x\0octet\0"];
        foreach (string packet in rubbish)
            Assert.Equal("", bench.Raw(packet));
        Assert.Equal("ACK 0", bench.Raw("\0\u0006"));
        Assert.Equal("ACK 1", bench.Data(1));
    }
}
