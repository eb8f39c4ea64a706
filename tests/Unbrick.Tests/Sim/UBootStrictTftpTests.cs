using Unbrick.Sim.Loaders;

namespace Unbrick.Tests.Sim;

public sealed class UBootStrictTftpTests
{
    private const string Oack = "\0\u0006blksize\0512\0timeout\05\0";

    [Fact]
    public void A_windowsize_above_1_is_asked_for()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot2022 with { WindowSize = 4 });
        Assert.Equal("RRQ image.bin octet timeout 5 blksize 1468 windowsize 4", bench.Answers(4));
    }

    [Fact]
    public void A_block_out_of_order_is_answered_once_for_each_position_and_then_it_is_deaf_until_its_5_s_are_up()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot2022).AfterRequest();
        bench.Raw(Oack);
        Assert.Equal("ACK 1", bench.Data(1));
        Assert.Equal("ACK 1", bench.Data(1));
        Assert.Equal("", bench.Data(1));
        Assert.Equal("", bench.Data(3));
        Assert.Equal(1, bench.Loader.Nacks);
        Assert.Equal(2, bench.Loader.BlocksIgnored);
        Assert.Equal("ACK 1", bench.Answers(5));
        Assert.Equal(1, bench.Loader.Timeouts);
    }

    [Fact]
    public void The_next_block_in_order_is_taken_at_once_even_while_it_is_deaf()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot2022).AfterRequest();
        bench.Raw(Oack);
        bench.Data(1);
        bench.Data(1);
        Assert.Equal("", bench.Data(1));
        Assert.Equal("ACK 2", bench.Data(2));
        Assert.Equal(0, bench.Loader.Timeouts);
    }

    [Fact]
    public void Before_block_1_nothing_out_of_order_is_answered_at_all()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot2022).AfterRequest();
        Assert.Equal("ACK 0", bench.Raw(Oack));
        Assert.Equal("", bench.Data(2));
        Assert.Equal("ACK 1", bench.Data(1));
    }

    [Fact]
    public void Data_1_and_then_data_3_tell_it_from_a_legacy_loader()
    {
        LoaderBench strict = new LoaderBench(UBootTftpOptions.UBoot2022).AfterRequest();
        LoaderBench legacy = new LoaderBench(UBootTftpOptions.UBoot2018).AfterRequest();
        foreach (LoaderBench bench in new[] { strict, legacy })
        {
            bench.Raw(Oack);
            bench.Data(1);
            bench.Data(2);
            bench.SendData(1);
            bench.SendData(3);
        }
        Assert.Equal("ACK 2, ACK 3", strict.Answers());
        Assert.Equal("ACK 1, ACK 3", legacy.Answers());
    }

    [Theory]
    [InlineData("timeout\03\0", "Invalid timeout val(=3 s)\n")]
    [InlineData("blksize\01469\0", "Invalid blk size(=1469)\n")]
    [InlineData("TIMEOUT\01\0", "Invalid timeout val(=1 s)\n")]
    public void Another_timeout_or_a_larger_blksize_ends_it_with_error_8(string options, string printed)
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot2022).AfterRequest();
        Assert.Equal("ERROR 8 Option Negotiation Failed", bench.Raw("\0\u0006" + options));
        Assert.EndsWith(printed, bench.Console.ToString());
        Assert.True(bench.Router.GaveUp);
    }

    [Fact]
    public void A_window_is_acked_at_its_end_and_a_gap_with_the_last_block_in_order()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot2022 with { WindowSize = 4 }).AfterRequest();
        Assert.Equal("ACK 0", bench.Raw("\0\u0006blksize\0512\0timeout\05\0windowsize\04\0"));
        Assert.Equal("", bench.Data(1) + bench.Data(2) + bench.Data(3));
        Assert.Equal("ACK 4", bench.Data(4));
        Assert.Equal("", bench.Data(5));
        Assert.Equal("ACK 5", bench.Data(7));
        Assert.Equal("", bench.Data(8) + bench.Data(6) + bench.Data(7) + bench.Data(8));
        Assert.Equal("ACK 9", bench.Data(9));
        Assert.Equal("ACK 10", bench.Data(10, 5));
        Assert.Equal(9 * 512 + 5, bench.Loader.Received.Length);
        Assert.False(bench.Loader.Corrupted);
    }

    [Fact]
    public void A_repeated_block_0_is_no_second_wrap_and_not_answered_either()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot2022 with { AskedBlockSize = 8 }).AfterRequest();
        bench.Raw("\0\u0006blksize\08\0timeout\05\0");
        for (int block = 1; block < 65_536; block++)
            bench.SendAndPass(block, 8);
        Assert.Equal("ACK 0", bench.Data(0, 8));
        Assert.Equal("", bench.Data(0, 8));
        Assert.Equal("ACK 1", bench.Data(1, 3));
        Assert.Equal(65_536 * 8 + 3, bench.Loader.Received.Length);
        Assert.False(bench.Loader.Corrupted);
    }

    [Fact]
    public void The_end_names_the_rate()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot2022).AfterRequest();
        bench.Raw(Oack);
        bench.Data(1);
        bench.Data(2, 0);
        Assert.Matches(@"#\n\t [0-9.]+ KiB/s\ndone\nBytes transferred = 512 \(200 hex\)\n$", bench.Console.ToString());
    }
}
