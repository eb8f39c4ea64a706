using Unbrick.Formats.Flash;

namespace Unbrick.Tests.Formats.Flash;

public sealed class MacAddressTests
{
    [Theory]
    [InlineData("64:70:02:AB:CD:EF")]
    [InlineData("64-70-02-ab-cd-ef")]
    [InlineData(" 6470.02ab.cdef ")]
    [InlineData("647002ABCDEF")]
    public void Every_usual_notation_is_read(string text)
    {
        Assert.True(MacAddress.TryParse(text, out MacAddress mac));
        Assert.Equal("64:70:02:ab:cd:ef", mac.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("64:70:02:ab:cd")]
    [InlineData("64:70:02:ab:cd:ef:01")]
    [InlineData("64:70:02:ab:cd:eg")]
    [InlineData("64-70:02:ab:cd:ef")]
    [InlineData("647002abcde")]
    [InlineData("6470.02ab.cdef.00")]
    [InlineData("64:70:02:ab:cd: f")]
    public void What_is_no_address_is_refused(string text) => Assert.False(MacAddress.TryParse(text, out _));

    [Theory]
    [InlineData("64:70:02:00:00:ff", 1, "64:70:02:00:01:00")]
    [InlineData("64:70:02:ff:ff:ff", 2, "64:70:02:00:00:01")]
    [InlineData("64:70:02:00:00:00", -1, "64:70:02:ff:ff:ff")]
    public void Counting_on_keeps_the_vendor_prefix(string from, int steps, string to)
    {
        Assert.True(MacAddress.TryParse(from, out MacAddress mac));
        Assert.Equal(to, mac.Next(steps).ToString());
    }

    [Fact]
    public void Special_addresses_are_told_apart()
    {
        Assert.True(new MacAddress(0).IsZero);
        Assert.True(new MacAddress(0xFFFF_FFFF_FFFF).IsBroadcast);
        Assert.True(new MacAddress(0x0100_5E00_0001).IsMulticast);
        Assert.True(new MacAddress(0x0200_0000_0001).IsLocal);
        MacAddress vendor = new(0x6470_02AB_CDEF);
        Assert.False(vendor.IsBlank || vendor.IsMulticast || vendor.IsLocal);
    }

    [Fact]
    public void A_second_radio_with_the_local_bit_has_the_same_prefix()
    {
        Assert.True(new MacAddress(0x6470_0211_2233).SamePrefix(new MacAddress(0x6670_0211_2234)));
        Assert.False(new MacAddress(0x6470_0211_2233).SamePrefix(new MacAddress(0x6470_0311_2233)));
        Assert.Equal(2, new MacAddress(0x6470_0211_2235).StepsFrom(new MacAddress(0x6470_0211_2233)));
    }

    [Fact]
    public void What_was_read_is_written()
    {
        byte[] written = new byte[6];
        MacAddress.Read([0x64, 0x70, 0x02, 0xAB, 0xCD, 0xEF]).Write(written);
        Assert.Equal([0x64, 0x70, 0x02, 0xAB, 0xCD, 0xEF], written);
    }
}
