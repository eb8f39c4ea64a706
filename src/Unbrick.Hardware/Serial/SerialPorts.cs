using Unbrick.Hardware.Serial.Linux;
using Unbrick.Hardware.Serial.Network;
using Unbrick.Hardware.Serial.Windows;

namespace Unbrick.Hardware.Serial;

/// <summary>Opens the serial line that an address names.</summary>
public static class SerialPorts
{
    /// <summary>Opens it; nobody else gets it meanwhile.</summary>
    /// <param name="uri">One of <see cref="SerialAddress.Forms"/>; without a rate it is <see cref="SerialAddress.UsualBaud"/>.</param>
    /// <param name="time">For limits.</param>
    /// <exception cref="SerialPortException">Says why it cannot be used.</exception>
    public static ISerialPort Open(string uri, TimeProvider time) =>
        SerialAddress.TryParse(uri, out SerialAddress? address, out string? reason)
            ? Open(address, time)
            : throw new SerialPortException(SerialStatus.NotSupported, reason);

    /// <inheritdoc cref="Open(string, TimeProvider)"/>
    /// <param name="address">Which line.</param>
    /// <param name="time">For limits.</param>
    public static ISerialPort Open(SerialAddress address, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address switch
        {
            DeviceAddress device when OperatingSystem.IsLinux() => LinuxSerialPort.Open(device.Path, device.Baud ?? SerialAddress.UsualBaud, time),
            ComAddress com when OperatingSystem.IsWindows() => WindowsSerialPort.Open(com),
            TcpAddress tcp => TcpSerialPort.Open(tcp),
            Rfc2217Address rfc2217 => Rfc2217SerialPort.Open(rfc2217, time),
            _ => throw new SerialPortException(SerialStatus.NotSupported, $"{address} is not supported on this system; tcp:HOST:PORT is"),
        };
    }
}
