using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Nmrp;

namespace Unbrick.Tests.Net.Nmrp;

public sealed class NmrpMessageTests
{
    private const string Pc = "020000000001", Router = "00037f112233";

    private static readonly PhysicalAddress s_pc = PhysicalAddress.Parse("020000000001"), s_router = PhysicalAddress.Parse("00037F112233");

    [Fact]
    public void An_advertisement_calls_all_with_the_magic_of_Netgear() =>
        Assert.Equal(Bytes($"ffffffffffff {Pc} 0912 | 0000 01 00 000e | 0001 0008 4e544752"), NmrpFrame.Advertise(s_pc));

    [Fact]
    public void A_configuration_holds_address_and_mask_and_that_firmware_comes_and_no_region() =>
        Assert.Equal(
            Bytes($"{Router} {Pc} 0912 | 0000 03 00 0016 | 0002 000c 0aa4b7fd ffffff00 | 0101 0004"),
            NmrpFrame.Configure(s_router, s_pc, IPAddress.Parse("10.164.183.253"), 24, region: null));

    [Fact]
    public void A_region_stands_last() =>
        Assert.Equal(
            Bytes($"{Router} {Pc} 0912 | 0000 03 00 001c | 0002 000c 0aa4b7fd fffff000 | 0101 0004 | 0004 0006 0002"),
            NmrpFrame.Configure(s_router, s_pc, IPAddress.Parse("10.164.183.253"), 20, region: 2));

    [Theory]
    [InlineData(NmrpCode.KeepAliveAck, "07")]
    [InlineData(NmrpCode.CloseAck, "05")]
    [InlineData(NmrpCode.CloseRequest, "04")]
    public void A_message_without_options_is_a_header(NmrpCode code, string number) =>
        Assert.Equal(Bytes($"{Router} {Pc} 0912 | 0000 {number} 00 0006"), NmrpFrame.Plain(s_router, s_pc, code));

    [Fact]
    public void A_request_tells_who_wants_what_and_padding_is_no_option()
    {
        byte[] frame = Bytes($"{Pc} {Router} 0912 | 0000 02 00 0006 | 0181 0008 61626364");
        Assert.True(NmrpFrame.TryRead(frame, out PhysicalAddress to, out PhysicalAddress from, out NmrpMessage message));
        Assert.Equal((s_pc, s_router, NmrpCode.ConfigurationRequest), (to, from, message.Code));
        Assert.False(message.TryGet(NmrpOption.FileName, out _));
    }

    [Theory]
    [InlineData("0000 10 00 0012 | 0181 000c 6669726d77617265", "firmware")]
    [InlineData("0000 10 00 0014 | 0181 000e 6669726d776172650000", "firmware")] // filled up with NULs
    [InlineData("0000 10 00 0016 | 0101 0004 | 0181 000c 6669726d77617265", "firmware")] // not the first option
    [InlineData("0000 10 00 0006", null)] // Netgear's boot loader of 2008 sends none
    [InlineData("0000 10 00 000a | 0181 0004", null)] // empty
    [InlineData("0000 10 00 000b | 0181 0005 00", null)]
    [InlineData("0000 10 00 000c | 0181 0006 0d0a", null)] // not to be shown, nor sent
    [InlineData("0000 10 00 000c | 0181 0003 6162", null)] // shorter than its header
    [InlineData("0000 10 00 000c | 0181 0007 6162", null)] // longer than the message
    [InlineData("0000 10 00 0010 | 0101 0000 | 0181 0006 6162", null)] // an option without length ends the list
    public void The_name_in_an_upload_request_is_read_when_it_is_one(string hex, string? name)
    {
        Assert.True(NmrpMessage.TryRead(Bytes(hex), out NmrpMessage message));
        Assert.Equal(NmrpCode.UploadRequest, message.Code);
        Assert.Equal(name, message.FileName());
    }

    [Fact]
    public void A_name_longer_than_a_request_has_room_for_is_none()
    {
        byte[] bytes = [0, 0, 0x10, 0, 1, 10, 1, 0x81, 1, 4, .. Enumerable.Repeat((byte)'a', 256)];
        Assert.True(NmrpMessage.TryRead(bytes, out NmrpMessage message));
        Assert.Null(message.FileName());
    }

    [Theory]
    [InlineData("0000 02 00 0005")] // shorter than its header
    [InlineData("0000 02 00 0000")]
    [InlineData("0000 02 00 0007")] // longer than what came
    [InlineData("0000 02 00 ffff")]
    [InlineData("0000 02 00 00")]
    [InlineData("")]
    public void What_is_no_message_is_not_read(string hex) => Assert.False(NmrpMessage.TryRead(Bytes(hex), out _));

    [Fact]
    public void Another_Ethertype_or_a_frame_cut_anywhere_is_not_read()
    {
        Assert.False(NmrpFrame.TryRead(Bytes($"{Pc} {Router} 0911 | 0000 02 00 0006"), out _, out _, out _));
        byte[] whole = Bytes($"{Pc} {Router} 0912 | 0000 02 00 0006");
        for (int length = 0; length < whole.Length; length++)
            Assert.False(NmrpFrame.TryRead(whole.AsSpan(0, length), out _, out _, out _));
        Assert.True(NmrpFrame.TryRead(whole, out _, out _, out _));
    }

    [Theory]
    [InlineData("WW", 2)]
    [InlineData("na", 1)]
    [InlineData("US", 12)]
    public void Regions_have_numbers(string name, int number)
    {
        Assert.True(NmrpRegion.TryParse(name, out ushort read));
        Assert.Equal(number, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("DE")]
    [InlineData("2")]
    public void Other_words_are_no_regions(string? name) => Assert.False(NmrpRegion.TryParse(name, out _));

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "").Replace("|", ""));
}
