using Unbrick.Hardware.Serial;

namespace Unbrick.Tests.Hardware.Serial;

public sealed class SerialAddressTests
{
    public static TheoryData<string, SerialAddress> Good => new()
    {
        { "/dev/ttyUSB0", new DeviceAddress("/dev/ttyUSB0", null) },
        { "/dev/ttyUSB0:74880", new DeviceAddress("/dev/ttyUSB0", 74_880) },
        { "/tmp/ttyV0", new DeviceAddress("/tmp/ttyV0", null) },
        { "/tmp/ttyV0:74880", new DeviceAddress("/tmp/ttyV0", 74_880) },
        { "/dev/pts/5:1500000", new DeviceAddress("/dev/pts/5", 1_500_000) },
        { "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0", new DeviceAddress("/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0", null) },
        { "COM3", new ComAddress(3, null) },
        { "COM12:9600", new ComAddress(12, 9600) },
        { "tcp:192.168.1.5:4000", new TcpAddress("192.168.1.5", 4000) },
        { "tcp:[::1]:4000", new TcpAddress("::1", 4000) },
        { "rfc2217:raspberrypi:4000", new Rfc2217Address("raspberrypi", 4000, null) },
        { "rfc2217:192.168.1.5:4000:57600", new Rfc2217Address("192.168.1.5", 4000, 57_600) },
        { "rfc2217:[fe80::1]:4000", new Rfc2217Address("fe80::1", 4000, null) },
        { "rfc2217:[fe80::1]:4000:9600", new Rfc2217Address("fe80::1", 4000, 9600) },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void An_address_means_one_line_and_says_itself(string text, SerialAddress expected)
    {
        Assert.True(SerialAddress.TryParse(text, out SerialAddress? address, out string? reason), reason);
        Assert.Equal(expected, address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ttyUSB0")]
    [InlineData("/dev/")]
    [InlineData("/dev/ttyUSB0:49")]
    [InlineData("/dev/ttyUSB0:4000001")]
    [InlineData("/dev/ttyUSB0:99999999999")]
    [InlineData("COM")]
    [InlineData("COM0")]
    [InlineData("COM3:fast")]
    [InlineData("tcp:host")]
    [InlineData("tcp:host:0")]
    [InlineData("tcp::4000")]
    [InlineData("tcp:a b:4000")]
    [InlineData("rfc2217:host:4000:1")]
    [InlineData("sim:console/ralink")]
    [InlineData("/dev/tty\nUSB0")]
    public void What_is_no_address_has_a_reason(string text)
    {
        Assert.False(SerialAddress.TryParse(text, out SerialAddress? address, out string? reason));
        Assert.Null(address);
        Assert.NotEmpty(reason);
    }
}
