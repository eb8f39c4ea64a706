using Unbrick.Formats;
using Unbrick.Formats.FileSystems;

namespace Unbrick.Tests.Formats.FileSystems;

/// <summary>A deep look unpacks every block of every file and names the file that a broken one belongs to.</summary>
public sealed class SquashfsProofTests
{
    private static byte[] Sample => Samples.Bytes("squashfs/openwrt.bin");

    [Theory]
    [InlineData("squashfs/openwrt.bin")]
    [InlineData("squashfs/v4-gzip.bin")]
    [InlineData("squashfs/v4-lzo.bin")]
    [InlineData("squashfs/v4-xz.bin")]
    public void Whole_ones_are_proven_to_the_last_block(string file)
    {
        Finding found = Deep(Samples.Bytes(file));
        Assert.Equal(Verdict.Ok, found.Verdict);
        Assert.True(found["all_blocks_proven"] is true);
        Assert.True(found["proven_blocks"] is long and > 0);
    }

    [Fact]
    public void Every_byte_of_the_files_is_covered()
    {
        SquashfsSuperblock.TryRead(Sample, out SquashfsSuperblock super);
        int told = 0;
        for (int at = SquashfsSuperblock.Size; at < (int)super.InodeTable; at++)
        {
            byte[] spoilt = Sample;
            spoilt[at] ^= 0x10;
            Finding quick = new Squashfs().Read(Samples.Unclaimed(spoilt))!, deep = Deep(spoilt);
            Assert.Equal(Verdict.Ok, quick.Verdict);
            Flaw flaw = Assert.Single(deep.Flaws);
            Assert.Equal(FlawCode.DataBlock, flaw.Code);
            Assert.InRange(flaw.At, SquashfsSuperblock.Size, at);
            told++;
        }
        Assert.True(told > 50);
    }

    [Fact]
    public void The_file_is_named()
    {
        byte[] spoilt = Sample;
        spoilt[SquashfsSuperblock.Size + 20] ^= 0x10;
        Flaw flaw = Assert.Single(Deep(spoilt).Flaws);
        Assert.StartsWith("/etc/nine-thousand: ", flaw.Seen);
        Assert.Equal(SquashfsSuperblock.Size, flaw.At);
    }

    [Fact]
    public void What_a_checksum_has_proven_is_not_unpacked_again()
    {
        byte[] bytes = Sample;
        FormatInput input = new(bytes, 0, bytes.Length, Thorough()) { AtStart = true, Proven = true };
        Assert.Null(new Squashfs().Read(input)!["proven_blocks"]);
    }

    [Fact]
    public void A_spent_budget_is_told()
    {
        byte[] bytes = Sample;
        Finding found = new Squashfs().Read(new FormatInput(bytes, 0, bytes.Length, new ReadBudget(mostProven: 5000)))!;
        Assert.Equal(Verdict.Ok, found.Verdict);
        Assert.True(found["all_blocks_proven"] is false);
    }

    [Fact]
    public void Hostile_tables_are_followed_in_bounded_time()
    {
        Random random = new(7);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = Samples.Bytes("squashfs/v4-lzo.bin");
            for (int n = random.Next(1, 6); n > 0; n--)
                bytes[random.Next(0x1800)] = (byte)random.Next(256);
            Deep(bytes);
        }
    }

    private static ReadBudget Thorough() => new(mostProven: 1 << 24);

    private static Finding Deep(byte[] bytes) =>
        new Squashfs().Read(new FormatInput(bytes, 0, bytes.Length, Thorough()) { AtStart = true, Claimed = true })!;
}
