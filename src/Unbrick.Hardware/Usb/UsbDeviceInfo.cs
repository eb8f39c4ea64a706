namespace Unbrick.Hardware.Usb;

/// <summary>A device that is plugged in, whether it may be used or not.</summary>
/// <param name="Vendor">idVendor.</param>
/// <param name="Product">idProduct.</param>
/// <param name="Place">Where it sits.</param>
/// <param name="Address">Its number on the bus; another one each time that it is plugged in.</param>
/// <param name="Access"><see cref="UsbStatus.Done"/> when it can be opened, else why not.</param>
public sealed record UsbDeviceInfo(ushort Vendor, ushort Product, UsbPlace Place, int Address, UsbStatus Access)
{
    /// <summary>What Linux calls it, for evidence.</summary>
    public string Node => $"/dev/bus/usb/{Place.Bus:000}/{Address:000}";

    /// <summary><c>1a86:5512 at 1-2</c>.</summary>
    public override string ToString() => $"{Vendor:x4}:{Product:x4} at {Place}";
}
