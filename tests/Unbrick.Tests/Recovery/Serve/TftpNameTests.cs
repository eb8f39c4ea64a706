using System.Net;
using Unbrick.Recovery.Serve;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class TftpNameTests
{
    [Theory]
    [InlineData("recovery.bin", "recovery.bin")]
    [InlineData("/recovery.bin", "recovery.bin")] // PXE, U-Boot
    [InlineData("//recovery.bin", "recovery.bin")]
    [InlineData("./recovery.bin", "recovery.bin")]
    [InlineData("sub/x.bin", "sub|x.bin")]
    [InlineData("sub\\x.bin", "sub|x.bin")] // Windows boot loaders
    [InlineData("\\Boot\\x.bin", "Boot|x.bin")]
    [InlineData("/etc/passwd", "etc|passwd")] // a name below the folder, whatever it looks like
    [InlineData("..%2fsecret.txt", "..%2fsecret.txt")] // nothing is decoded
    [InlineData(".hidden", ".hidden")]
    [InlineData("a..b", "a..b")]
    [InlineData("COM10.bin", "COM10.bin")]
    [InlineData("console.bin", "console.bin")]
    public void A_name_is_taken_apart_at_slashes_of_both_kinds(string name, string parts)
    {
        Assert.True(TftpName.TrySplit(name, out System.Collections.Immutable.ImmutableArray<string> split));
        Assert.Equal(parts, string.Join('|', split));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("sub/")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("..\\secret.txt")] // CVE-2002-2353, CVE-2009-1730
    [InlineData("../secret.txt")]
    [InlineData("sub/../../secret.txt")]
    [InlineData("/../secret.txt")]
    [InlineData("sub/..\\..\\secret.txt")]
    [InlineData("recovery.bin\u0001/../../secret.txt")]
    [InlineData("C:\\Windows\\win.ini")]
    [InlineData("recovery.bin::$DATA")]
    [InlineData("CON")] // CVE-2002-2237
    [InlineData("con.txt")]
    [InlineData("NUL.bin")]
    [InlineData("sub/aux")]
    [InlineData("COM1")]
    [InlineData("lpt9.x")]
    [InlineData("CLOCK$")]
    [InlineData("recovery.bin.")]
    [InlineData("recovery.bin ")]
    [InlineData(".. /x")]
    [InlineData("a\u007fb")]
    [InlineData("a\nb")]
    [InlineData("a*b")]
    [InlineData("a|b")]
    public void A_name_that_could_mean_another_place_on_any_system_is_none(string name) => Assert.False(TftpName.TrySplit(name, out _));

    [Fact]
    public void Very_long_and_very_deep_names_are_none()
    {
        Assert.True(TftpName.TrySplit(new string('a', 255), out _));
        Assert.False(TftpName.TrySplit(new string('a', 256), out _));
        Assert.True(TftpName.TrySplit(string.Join('/', Enumerable.Repeat("a", 16)), out _));
        Assert.False(TftpName.TrySplit(string.Join('/', Enumerable.Repeat("a", 17)), out _));
    }

    [Theory]
    [InlineData("C0A84F64.img", "192.168.79.100")]
    [InlineData("c0a80101.IMG", "192.168.1.1")]
    public void The_name_that_u_boot_makes_of_its_address_is_known(string name, string address)
    {
        Assert.True(TftpName.IsUBootDefault(name, out IPAddress found));
        Assert.Equal(address, found.ToString());
    }

    [Theory]
    [InlineData("C0A84F6.img")]
    [InlineData("C0A84F64.bin")]
    [InlineData("G0A84F64.img")]
    [InlineData("+0A84F64.img")]
    [InlineData(" 0A84F64.img")]
    [InlineData("xC0A84F64.img")]
    public void What_only_looks_like_it_is_not(string name) => Assert.False(TftpName.IsUBootDefault(name, out _));
}
