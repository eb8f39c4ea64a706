using Unbrick.Hardware.Serial;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Spidev;

namespace Unbrick.Tests.Hardware.Serial;

public sealed class SerialStreamTests
{
    [Theory]
    [InlineData("/dev/ttyNone0", SerialStatus.NotFound)]
    [InlineData("/dev/null", SerialStatus.NotSupported)]
    [InlineData("/dev", SerialStatus.NotSupported)]
    public void What_is_no_serial_port_is_a_value_with_the_reason(string path, SerialStatus expected)
    {
        if (!OperatingSystem.IsLinux())
            expected = SerialStatus.NotSupported;
        Assert.Equal(expected, SerialStream.TryOpen(path, 115_200, TimeProvider.System, out SerialStream? stream, out string? reason));
        Assert.Null(stream);
        Assert.NotEmpty(reason!);
    }

    [Theory]
    [InlineData("/dev/spidev99.0", ProgrammerFault.NotFound)]
    [InlineData("/dev/null", ProgrammerFault.NotSupported)]
    public void What_is_no_spidev_is_a_fault_with_the_reason(string path, ProgrammerFault expected)
    {
        if (!OperatingSystem.IsLinux())
            expected = ProgrammerFault.NotSupported;
        ProgrammerException e = Assert.Throws<ProgrammerException>(() => SpidevMaster.Open(path, 1_000_000));
        Assert.Equal(expected, e.Fault);
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
    }
}
