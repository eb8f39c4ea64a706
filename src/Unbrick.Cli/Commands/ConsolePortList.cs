using System.Globalization;
using System.Text.Json.Serialization;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick console --list</c>: the serial ports of this computer, and who has them.</summary>
internal static class ConsolePortList
{
    public static int Write(CliConsole console, bool json)
    {
        IReadOnlyList<SerialPortEntry> ports = SerialPortList.Find();
        if (json)
        {
            console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(
                new PortListResult("result", [.. ports.Select(Row)]), PortListJsonContext.Default.PortListResult));
            return ExitCode.Done;
        }
        foreach (SerialPortEntry port in ports)
        {
            string usb = port.Vendor is { } vendor ? string.Create(CultureInfo.InvariantCulture, $"{vendor:x4}:{port.Product:x4}  ") : "";
            string holder = PortHolders.Name(port.Path) is { } name ? $"  taken by {name}" : port.MayOpen ? "" : "  not permitted: unbrick help permissions";
            console.Out.WriteLine($"{port.Path,-14}  {usb}{SafeText.Show(port.Name)}{holder}");
            if (port.StablePath is { } stable)
                console.Out.WriteLine($"{"",-14}  {SafeText.Show(stable, 160)}");
        }
        if (ports.Count == 0)
            console.Error.WriteLine("no serial ports");
        return ExitCode.Done;
    }

    private static PortRow Row(SerialPortEntry port) => new(
        port.Path, port.StablePath, port.Vendor is { } v ? v.ToString("x4", CultureInfo.InvariantCulture) : null,
        port.Product is { } p ? p.ToString("x4", CultureInfo.InvariantCulture) : null, SafeText.Show(port.Name), port.MayOpen, PortHolders.Name(port.Path));
}

/// <summary>One port.</summary>
internal sealed record PortRow(string Path, string? Stable, string? Vendor, string? Product, string Name, bool Permitted, string? Holder);

/// <summary>All ports.</summary>
internal sealed record PortListResult([property: JsonPropertyOrder(-1)] string Type, PortRow[] Ports);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PortListResult))]
internal sealed partial class PortListJsonContext : JsonSerializerContext;
