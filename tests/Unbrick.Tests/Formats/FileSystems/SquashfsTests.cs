using Unbrick.Formats;
using Unbrick.Formats.FileSystems;

namespace Unbrick.Tests.Formats.FileSystems;

/// <summary>squashfs is read down to its files.</summary>
public sealed class SquashfsTests
{
    [Fact]
    public void Files_are_listed_and_read()
    {
        SquashfsReader reader = SquashfsReader.Open(Samples.Bytes("squashfs/openwrt.bin"), new ReadBudget())!;
        string[] paths = [.. reader.Files().Select(file => file.Path).Order(StringComparer.Ordinal)];
        Assert.Equal(
            ["/etc", "/etc/link", "/etc/nine-thousand", "/etc/openwrt_release", "/usr", "/usr/lib", "/usr/lib/opkg", "/usr/lib/opkg/status"], paths);
        SquashfsFile large = reader.Find("/etc/nine-thousand")!;
        Assert.Equal(9000, large.Size);
        Assert.Equal(new string('x', 9000), System.Text.Encoding.ASCII.GetString(reader.Read(large, 1 << 20)!));
        Assert.Null(reader.Read(large, 8999));
        Assert.Null(reader.Find("/etc/none"));
    }

    [Fact]
    public void Every_byte_of_the_tables_is_covered()
    {
        byte[] bytes = Samples.Bytes("squashfs/openwrt.bin");
        SquashfsSuperblock.TryRead(bytes, out SquashfsSuperblock super);
        for (int at = (int)super.InodeTable; at < (int)super.DirectoryTable; at++)
        {
            byte[] spoilt = [.. bytes];
            spoilt[at] ^= 0x10;
            Assert.Equal(Verdict.Bad, new Squashfs().Read(Samples.Unclaimed(spoilt))!.Verdict);
        }
    }

    [Fact]
    public void Four_letters_alone_are_no_file_system()
    {
        byte[] text = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("hsqs is the magic of squashfs. ", 40)));
        Assert.Null(new Squashfs().Read(Samples.Unclaimed(text)));
    }

    [Fact]
    public void A_spent_budget_leaves_it_unchecked()
    {
        byte[] bytes = Samples.Bytes("squashfs/openwrt.bin");
        FormatInput input = new(bytes, 0, bytes.Length, new ReadBudget(mostUnpacked: 100));
        Assert.Equal(Verdict.Unchecked, new Squashfs().Read(input)!.Verdict);
    }
}
