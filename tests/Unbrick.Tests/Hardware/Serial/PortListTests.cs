using Unbrick.Hardware.Serial;
using Unbrick.Tests.Hardware.Serial.Native;

namespace Unbrick.Tests.Hardware.Serial;

public sealed class PortListTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("unbrick-ports").FullName;

    [Fact]
    public void Ports_of_USB_adapters_come_with_their_names_and_places_without_a_chip_do_not()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string usb = Make("sys/devices/pci0/usb1/1-2");
        File.WriteAllText($"{usb}/idVendor", "1a86\n");
        File.WriteAllText($"{usb}/idProduct", "7523\n");
        File.WriteAllText($"{usb}/product", "USB Serial\n");
        string place = Make("sys/devices/pci0/usb1/1-2/1-2:1.0/ttyUSB0");
        Tty("ttyUSB0", place);
        Tty("ttyS0", Make("sys/devices/pnp/00:01"), type: "4");
        Tty("ttyS1", Make("sys/devices/platform/serial8250"), type: "0");
        Make("sys/class/tty/tty1");
        Make("dev/serial/by-id");
        File.CreateSymbolicLink($"{_root}/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0", "../../ttyUSB0");

        SerialPortEntry[] ports = [.. SerialPortList.Find($"{_root}/dev", $"{_root}/sys")];

        Assert.Equal([$"{_root}/dev/ttyUSB0", $"{_root}/dev/ttyS0"], ports.Select(p => p.Path));
        Assert.Equal((0x1A86, 0x7523, "USB Serial", true), (ports[0].Vendor, ports[0].Product, ports[0].Name, ports[0].MayOpen));
        Assert.Equal($"{_root}/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0", ports[0].StablePath);
        Assert.Equal(ports[0].StablePath, SerialPortList.StablePath("/dev/ttyUSB0", $"{_root}/dev"));
        Assert.Equal("/dev/ttyS0", SerialPortList.StablePath("/dev/ttyS0", $"{_root}/dev"));
    }

    [Fact]
    public void Who_has_a_port_is_named_from_its_open_files_and_from_lock_files()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using PseudoTerminal other = new();
        Process(101, "picocom", other.Path);
        Process(102, "bash", "/dev/null");
        Process(103, "minicom", "/dev/null");
        string locks = Make("lock");
        File.WriteAllText($"{locks}/LCK..{Path.GetFileName(other.Path)}", "       103 minicom anna\n".Split(' ', StringSplitOptions.RemoveEmptyEntries)[0].PadLeft(10) + "\n");

        Assert.Equal([new PortHolder(101, "picocom"), new PortHolder(103, "minicom")], PortHolders.Find(other.Path, $"{_root}/proc", locks));
        Assert.Empty(PortHolders.Find("/dev/ttyNone", $"{_root}/proc", locks));
    }

    public void Dispose() => Directory.Delete(_root, true);

    private string Make(string folder) => Directory.CreateDirectory($"{_root}/{folder}").FullName;

    private void Tty(string name, string device, string? type = null)
    {
        string folder = Make($"sys/class/tty/{name}");
        Directory.CreateSymbolicLink($"{folder}/device", device);
        if (type is not null)
            File.WriteAllText($"{folder}/type", type + "\n");
        Make("dev");
        File.WriteAllText($"{_root}/dev/{name}", "");
    }

    private void Process(int id, string name, string open)
    {
        string folder = Make($"proc/{id}/fd");
        File.CreateSymbolicLink($"{folder}/3", open);
        File.WriteAllText($"{_root}/proc/{id}/comm", name + "\n");
    }
}
