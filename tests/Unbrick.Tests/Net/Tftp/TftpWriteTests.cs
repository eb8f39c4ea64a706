using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>Uploads: <c>tftpput</c> of a device that saves itself.</summary>
public sealed class TftpWriteTests
{
    private readonly MemoryUploads _uploads = new();

    [Fact]
    public void Writes_are_refused_unless_somebody_takes_them() =>
        Assert.Equal("ERROR 2 this server does not take files", new TftpBench().Ask("WRQ up octet"));

    [Fact]
    public void A_file_comes_in_block_by_block_and_is_kept_at_the_end()
    {
        TftpBench bench = new(uploads: _uploads);
        Assert.Equal("ACK 0", bench.Ask("WRQ up octet"));
        Assert.Equal("ACK 1", bench.Hear("DATA 1 512"));
        Assert.Empty(_uploads.Kept);
        Assert.Equal("ACK 2", bench.Hear("DATA 2 100"));
        Assert.Equal([.. Enumerable.Repeat((byte)1, 512), .. Enumerable.Repeat((byte)2, 100)], _uploads.Kept["up"]);
        bench.Pass(2000);
        TransferReport report = Assert.Single(bench.Ended);
        Assert.Equal((TransferOutcome.Complete, 612), (report.Outcome, report.Done));
        Assert.Equal(0, _uploads.Abandoned);
        Assert.Equal(0, bench.OpenPorts);
    }

    [Theory]
    [InlineData("blksize 1024 tsize 5000", "OACK blksize 1024 tsize 5000")]
    [InlineData("tsize 0", "OACK tsize 0")]
    [InlineData("timeout 5 windowsize 4", "OACK timeout 5 windowsize 4")]
    [InlineData("frobnicate 1", "ACK 0")]
    public void The_options_of_a_write_are_agreed_to(string options, string answer) =>
        Assert.Equal(answer, new TftpBench(uploads: _uploads).Ask($"WRQ up octet {options}"));

    [Fact]
    public void What_is_too_big_is_refused_before_the_first_block() =>
        Assert.Equal("ERROR 3 too big", new TftpBench(uploads: _uploads).Ask("WRQ up octet tsize 1000000000000000"));

    [Fact]
    public void What_is_there_already_is_not_written_over()
    {
        _uploads.Kept["up"] = [1];
        Assert.Equal("ERROR 6 there is a file of that name", new TftpBench(uploads: _uploads).Ask("WRQ up octet"));
        Assert.Equal([1], _uploads.Kept["up"]);
    }

    [Fact]
    public void What_turns_out_too_big_is_ended_and_nothing_is_left()
    {
        MemoryUploads small = new(room: 1000);
        TftpBench bench = new(uploads: small);
        bench.Ask("WRQ up octet tsize 900");
        bench.Hear("DATA 1 512");
        Assert.Equal("ERROR 3 no room for this upload", bench.Hear("DATA 2 512"));
        Assert.Equal(TransferOutcome.NoRoom, bench.Outcome);
        Assert.Equal((0, 1), (small.Kept.Count, small.Abandoned));
    }

    [Fact]
    public void A_name_that_was_taken_meanwhile_ends_it_with_a_reason()
    {
        MemoryUploads uploads = new() { NameIsTakenMeanwhile = true };
        TftpBench bench = new(uploads: uploads);
        bench.Ask("WRQ up octet");
        Assert.Equal("ERROR 6 could not keep this upload under that name", bench.Hear("DATA 1 5"));
        Assert.Equal((TransferOutcome.NoRoom, 1), (bench.Outcome, uploads.Abandoned));
    }

    [Fact]
    public void A_lost_ACK_is_given_again_and_the_block_is_stored_once()
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up octet");
        bench.Hear("DATA 1 512");
        Assert.Equal("ACK 1", bench.Hear("DATA 1 512"));
        Assert.Equal("ACK 2", bench.Hear("DATA 2 10"));
        Assert.Equal("ACK 2", bench.Hear("DATA 2 10")); // the client did not hear that it is done
        bench.Pass(2000);
        Assert.Equal(522, _uploads.Kept["up"].Length);
        Assert.Equal("closed", bench.Hear("DATA 2 10"));
    }

    [Fact]
    public void A_silent_client_is_asked_again_with_the_last_ACK_and_given_up_after_75_s()
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up octet");
        bench.Hear("DATA 1 512");
        Assert.Equal("400: ACK 1, 1000: ACK 1, 1900: ACK 1, 2900: ACK 1", bench.Pass(3000));
        bench.Pass(71_000);
        Assert.Empty(bench.Ended);
        bench.Pass(3000);
        Assert.Equal(TransferOutcome.Silent, bench.Outcome);
        Assert.Equal((0, 1), (_uploads.Kept.Count, _uploads.Abandoned));
    }

    [Theory]
    [InlineData("DATA 1 513")] // longer than agreed to
    [InlineData("DATA 2 512")] // not its turn
    [InlineData("DATA 65535 512")]
    [InlineData("ACK 1")]
    public void What_does_not_fit_is_not_stored(string packet)
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up octet");
        Assert.Equal("silence", bench.Hear(packet));
        Assert.Equal("ACK 1", bench.Hear("DATA 1 3"));
        Assert.Equal([1, 1, 1], _uploads.Kept["up"]);
    }

    [Fact]
    public void After_the_end_nothing_is_added()
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up octet");
        bench.Hear("DATA 1 3");
        Assert.Equal("silence", bench.Hear("DATA 2 512"));
        Assert.Equal(3, _uploads.Kept["up"].Length);
    }

    [Fact]
    public void With_a_window_there_is_one_ACK_for_it()
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up octet windowsize 3");
        Assert.Equal("silence", bench.Hear("DATA 1 512"));
        Assert.Equal("silence", bench.Hear("DATA 2 512"));
        Assert.Equal("ACK 3", bench.Hear("DATA 3 512"));
        Assert.Equal("silence", bench.Hear("DATA 4 512"));
        Assert.Equal("ACK 5", bench.Hear("DATA 5 0"));
        Assert.Equal(2048, _uploads.Kept["up"].Length);
    }

    [Fact]
    public void A_gap_in_a_window_is_named_once()
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up octet windowsize 5");
        bench.Hear("DATA 1 512");
        Assert.Equal("ACK 1", bench.Hear("DATA 3 512"));
        Assert.Equal("silence", bench.Hear("DATA 4 512"));
        Assert.Equal("silence", bench.Hear("DATA 5 512"));
        Assert.Equal("silence", bench.Hear("DATA 2 512"));
        Assert.Equal("ACK 3", bench.Hear("DATA 3 4"));
        Assert.Equal([2, 3, 3, 3, 3], _uploads.Kept["up"][^5..]);
    }

    [Fact]
    public void A_text_comes_in_as_text_with_its_CR_at_the_edge_of_a_block()
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up netascii blksize 8");
        bench.Hear([0, 3, 0, 1, .. "abcdef\r\n"u8]);
        bench.Hear([0, 3, 0, 2, .. "1234567\r"u8]);
        bench.Hear([0, 3, 0, 3, .. "\nx\r\0y"u8]);
        Assert.Equal("abcdef\n1234567\nx\ry"u8.ToArray(), _uploads.Kept["up"]);
    }

    [Fact]
    public void An_ERROR_leaves_nothing()
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up octet");
        bench.Hear("DATA 1 512");
        Assert.Equal("silence", bench.Hear("ERROR 0 stop"));
        Assert.Equal((TransferOutcome.ClientError, 1, 0), (bench.Outcome, _uploads.Abandoned, _uploads.Kept.Count));
    }

    /// <summary>The file has its name already; what comes while the port is kept open for a lost ACK takes nothing of that back.</summary>
    [Theory]
    [InlineData("ERROR 0 bye")]
    [InlineData("WRQ other octet")]
    [InlineData("stop")]
    public void What_was_kept_is_reported_as_complete_whatever_comes_after(string next)
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up octet");
        bench.Hear("DATA 1 5");
        if (next == "stop")
            Assert.Equal("silence", bench.Stop());
        else if (next[0] == 'W')
            Assert.Equal("ACK 0", bench.Ask(next));
        else
            bench.Hear(next);
        Assert.Equal(TransferOutcome.Complete, bench.Outcome);
        Assert.Equal((1, 0), (_uploads.Kept.Count, _uploads.Abandoned));
        Assert.DoesNotContain(bench.Reports, report => report is TftpReport.Started { Again: true });
    }

    [Fact]
    public void More_than_65535_blocks_come_in()
    {
        TftpBench bench = new(uploads: _uploads);
        bench.Ask("WRQ up octet blksize 8");
        for (int block = 1; block <= 65_537; block++)
            Assert.Equal($"ACK {block & 0xffff}", bench.Hear($"DATA {block & 0xffff} 8"));
        bench.Hear("DATA 2 0");
        Assert.Equal(65_537 * 8, _uploads.Kept["up"].Length);
    }
}
