using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Ch341a;
using Unbrick.Hardware.Usb;
using Unbrick.Sim;

namespace Unbrick.Tests.Hardware.Spi.Ch341a;

public sealed class Ch341aFinderTests
{
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Without_one_it_is_not_found() => Assert.Equal(ProgrammerFault.NotFound, Fault(new FakeUsbBus(), null));

    [Fact]
    public void Another_device_of_the_same_maker_is_none() =>
        Assert.Equal(ProgrammerFault.NotFound, Fault(new FakeUsbBus(Device("1", product: 0x7523)), null));

    [Fact]
    public void As_a_serial_port_its_jumper_is_wrong() =>
        Assert.Equal(ProgrammerFault.WrongJumper, Fault(new FakeUsbBus(Device("1", product: 0x5523)), null));

    [Fact]
    public void Of_several_one_must_be_named()
    {
        FakeUsbBus bus = new(Device("1"), Device("2.4"));
        Assert.Equal(ProgrammerFault.Unclear, Fault(bus, null));
        Assert.Equal(ProgrammerFault.NotFound, Fault(bus, new(1, "3")));
        using Ch341aMaster master = Ch341aFinder.Open(bus, new(1, "2.4"), _time);
        Assert.Equal("CH341A, USB bus 1 port 2.4", master.Info.Name);
    }

    [Fact]
    public void One_in_the_wrong_mode_beside_a_right_one_does_not_matter()
    {
        using Ch341aMaster master = Ch341aFinder.Open(new FakeUsbBus(Device("1", product: 0x5523), Device("2")), null, _time);
        Assert.EndsWith("port 2", master.Info.Name);
    }

    [Theory]
    [InlineData(UsbStatus.NotPermitted, ProgrammerFault.NotPermitted)]
    [InlineData(UsbStatus.NotSupported, ProgrammerFault.NotPermitted)]
    [InlineData(UsbStatus.Busy, ProgrammerFault.Busy)]
    [InlineData(UsbStatus.Gone, ProgrammerFault.Gone)]
    public void One_that_cannot_be_opened_is_listed_all_the_same(UsbStatus status, ProgrammerFault fault)
    {
        FakeUsbBus bus = new(Device("1")) { OpenStatus = status };
        Assert.Equal(status, Assert.Single(Ch341aFinder.List(bus)).Access);
        Assert.Equal(fault, Fault(bus, null));
    }

    [Fact]
    public void One_that_another_program_has_is_busy()
    {
        FakeCh341a device = new(_time) { ClaimStatus = UsbStatus.Busy };
        Assert.Equal(ProgrammerFault.Busy, Fault(new FakeUsbBus(device), null));
        Assert.True(device.IsDisposed);
    }

    private FakeCh341a Device(string ports, ushort product = Ch341aFinder.Product) =>
        new(_time) { Info = new(Ch341aFinder.Vendor, product, new(1, ports), 3, UsbStatus.Done) };

    private ProgrammerFault Fault(FakeUsbBus bus, UsbPlace? place) =>
        Assert.Throws<ProgrammerException>(() => Ch341aFinder.Open(bus, place, _time)).Fault;
}
