using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Unbrick.Core.Text;

namespace Unbrick.Recovery.Evidence;

/// <summary>How a router's own system, and no boot loader, names itself in DHCP (<c>data/firmware-signs.json</c>).</summary>
internal static class FirmwareSigns
{
    private const string Path = "data/firmware-signs.json";

    private static readonly Lazy<ImmutableArray<byte[]>> s_classes = new(Read);

    /// <summary>What it calls itself, to be shown; null when it may as well be a boot loader, or a PC.</summary>
    /// <param name="vendorClass">Option 60; null when absent.</param>
    /// <param name="hostName">Option 12; null when absent.</param>
    public static string? NameOf(byte[]? vendorClass, byte[]? hostName)
    {
        if (vendorClass is null || !s_classes.Value.Any(known => vendorClass.AsSpan().StartsWith(known)))
            return null;
        string name = SafeText.Show(Encoding.ASCII.GetString(vendorClass), 40);
        return hostName is { Length: > 0 } ? $"{SafeText.Show(Encoding.ASCII.GetString(hostName), 40)} ({name})" : name;
    }

    private static ImmutableArray<byte[]> Read()
    {
        using JsonDocument file = JsonDocument.Parse(EmbeddedData.Read(Path) ?? throw new InvalidDataException(Path));
        return [.. file.RootElement.GetProperty("dhcp_vendor_classes").EnumerateArray().Select(item => Encoding.ASCII.GetBytes(item.GetString()!))];
    }
}
