using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

public sealed class DhcpPacketTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(235)]
    public void A_short_datagram_is_no_packet(int length)
    {
        byte[] bytes = new ClientPacket().Build()[..length];
        Assert.False(DhcpPacket.TryParse(bytes, out _));
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(3, 6)]
    [InlineData(1, 0)]
    [InlineData(1, 17)]
    [InlineData(1, 255)]
    public void An_impossible_operation_or_hardware_address_length_is_no_packet(byte operation, byte length) =>
        Assert.False(DhcpPacket.TryParse(new ClientPacket { Operation = operation, HardwareLength = length }.Build(), out _));

    [Fact]
    public void Every_fixed_field_is_read_from_its_place()
    {
        byte[] bytes = new ClientPacket
        {
            Xid = 0x01020304,
            Flags = 0x8000,
            ClientAddress = "10.0.0.1",
            YourAddress = "10.0.0.2",
            NextServer = "10.0.0.3",
            Relay = "10.0.0.4",
            ServerName = "srv"u8.ToArray(),
            File = "a.bin"u8.ToArray(),
        }.Build();
        Assert.True(DhcpPacket.TryParse(bytes, out DhcpPacket packet));
        Assert.False(packet.IsReply);
        Assert.Equal((1, 6), (packet.HardwareType, packet.HardwareLength));
        Assert.Equal("525400AABBCC", packet.Hardware.ToString());
        Assert.Equal(0x01020304u, packet.TransactionId);
        Assert.Equal(0x8000, packet.Flags);
        Assert.Equal((0x0a000001u, 0x0a000002u), (packet.ClientAddress, packet.YourAddress));
        Assert.Equal((0x0a000003u, 0x0a000004u), (packet.NextServer, packet.Relay));
        Assert.Equal("srv"u8.ToArray(), packet.ServerName.ToArray());
        Assert.Equal("a.bin"u8.ToArray(), packet.File.ToArray());
    }

    [Fact]
    public void Without_the_cookie_there_are_no_options()
    {
        byte[] bytes = new ClientPacket { Options = [53, 1, 1, 255] }.Build();
        bytes[236] = 0;
        Assert.True(DhcpPacket.TryParse(bytes, out DhcpPacket packet));
        Assert.False(packet.HasCookie);
        Assert.Null(packet.MessageType);
    }

    [Fact]
    public void Pads_may_stand_anywhere_and_End_may_be_missing()
    {
        byte[] bytes = [.. new ClientPacket().Build()[..240], 0, 0, 53, 1, 1, 0, 60, 2, (byte)'a', (byte)'b'];
        Assert.True(DhcpPacket.TryParse(bytes, out DhcpPacket packet));
        Assert.Equal(DhcpMessageType.Discover, packet.MessageType);
        Assert.Equal("ab"u8.ToArray(), packet.Find(60));
        Assert.False(packet.IsCutShort);
    }

    [Theory]
    [InlineData(new byte[] { 53, 1, 1, 55, 255, 1, 3 })]
    [InlineData(new byte[] { 53, 1, 1, 55 })]
    public void An_option_past_the_end_is_dropped_and_said_so(byte[] options)
    {
        byte[] bytes = [.. new ClientPacket().Build()[..240], .. options];
        Assert.True(DhcpPacket.TryParse(bytes, out DhcpPacket packet));
        Assert.Equal(DhcpMessageType.Discover, packet.MessageType);
        Assert.True(packet.IsCutShort);
        Assert.Null(packet.Find(55));
    }

    [Fact]
    public void What_follows_End_is_not_read()
    {
        Assert.True(DhcpPacket.TryParse(new ClientPacket { Options = [53, 1, 1, 255, 60, 1, 65] }.Build(), out DhcpPacket packet));
        Assert.Null(packet.Find(60));
    }

    [Fact]
    public void An_option_in_parts_is_put_together_from_options_then_file_then_sname()
    {
        byte[] bytes = new ClientPacket
        {
            Options = [53, 1, 1, 60, 2, (byte)'a', (byte)'b', 52, 1, 3, 60, 1, (byte)'c', 255],
            File = [60, 1, (byte)'d', 255],
            ServerName = [60, 1, (byte)'e', 255],
        }.Build();
        Assert.True(DhcpPacket.TryParse(bytes, out DhcpPacket packet));
        Assert.Equal("abcde"u8.ToArray(), packet.Find(60));
        Assert.True(packet.File.IsEmpty);
        Assert.True(packet.ServerName.IsEmpty);
    }

    [Theory]
    [InlineData(1, true, false)]
    [InlineData(2, false, true)]
    [InlineData(3, true, true)]
    [InlineData(9, false, false)]
    [InlineData(0, false, false)]
    public void Only_the_fields_that_overload_names_hold_options(byte overload, bool file, bool serverName)
    {
        byte[] bytes = new ClientPacket
        {
            Options = [53, 1, 1, 52, 1, overload, 255],
            File = [12, 1, (byte)'d', 255],
            ServerName = [15, 1, (byte)'e', 255],
        }.Build();
        Assert.True(DhcpPacket.TryParse(bytes, out DhcpPacket packet));
        Assert.Equal(file, packet.Find(12) is not null);
        Assert.Equal(serverName, packet.Find(15) is not null);
    }

    [Fact]
    public void An_overload_inside_an_overloaded_field_is_ignored()
    {
        byte[] bytes = new ClientPacket
        {
            Options = [53, 1, 1, 52, 1, 1, 255],
            File = [52, 1, 2, 255],
            ServerName = [60, 1, (byte)'x', 255],
        }.Build();
        Assert.True(DhcpPacket.TryParse(bytes, out DhcpPacket packet));
        Assert.Null(packet.Find(60));
    }

    [Fact]
    public void An_address_option_must_have_four_bytes_and_not_be_zero()
    {
        byte[] bytes = new ClientPacket { Options = [54, 3, 1, 2, 3, 50, 4, 0, 0, 0, 0, 255] }.Build();
        Assert.True(DhcpPacket.TryParse(bytes, out DhcpPacket packet));
        Assert.Null(packet.FindAddress(54));
        Assert.Null(packet.FindAddress(50));
    }

    [Fact]
    public void The_largest_datagram_full_of_empty_options_is_read_in_one_walk()
    {
        byte[] bytes = new byte[65507];
        new ClientPacket { Options = [] }.Build().CopyTo(bytes, 0);
        for (int at = 240; at + 1 < bytes.Length; at += 2)
            bytes[at] = 43;
        Assert.True(DhcpPacket.TryParse(bytes, out DhcpPacket packet));
        Assert.Empty(packet.Find(43)!);
        Assert.Null(packet.MessageType);
    }
}
