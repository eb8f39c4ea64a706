using System.Runtime.Versioning;
using Microsoft.Win32;

namespace Unbrick.Hardware.Serial.Windows;

/// <summary>The serial ports of Windows, as its drivers enter them in the registry.</summary>
internal static class WindowsPorts
{
    private const string Key = @"HARDWARE\DEVICEMAP\SERIALCOMM";

    [SupportedOSPlatform("windows")]
    public static IReadOnlyList<SerialPortEntry> Find()
    {
        using RegistryKey? key = Registry.LocalMachine.OpenSubKey(Key);
        return
        [
            .. (key?.GetValueNames() ?? []).Select(name => (Driver: name, Port: key!.GetValue(name) as string))
                .Where(row => row.Port is not null)
                .Select(row => new SerialPortEntry(row.Port!, null, null, null, row.Driver, true))
                .OrderBy(row => row.Path, StringComparer.Ordinal),
        ];
    }
}
