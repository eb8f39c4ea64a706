using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Unbrick.Net.Dhcp;

/// <summary>Tells a client's kind from options 60 and 93, by one table: the first row that fits wins.</summary>
internal static class DhcpClientClass
{
    /// <param name="Prefix">What option 60 begins with.</param>
    /// <param name="Architectures">What option 93 (or the "Arch:" part of option 60) must be; empty for any, also for none.</param>
    /// <param name="Kind">What it is then.</param>
    private sealed record Row(string Prefix, ImmutableArray<int> Architectures, DhcpClientKind Kind);

    // Architecture numbers: IANA "Processor Architecture Types" (RFC 4578, RFC 5970). 0 BIOS, 6/7/9 UEFI of x86, 15/16 the same by HTTP;
    // 21 to 24 are U-Boot's own (0x15 … 0x18, CONFIG_BOOTP_PXE_CLIENTARCH). U-Boot's boot script for ARM says "PXEClient:Arch:00011:…"
    // (include/config_distro_bootcmd.h), hence only PCs are set apart.
    // MikroTik's names: README and source of pyNetinstall; "Mips_boot" also in forum.openwrt.org t/100095.
    private static readonly ImmutableArray<Row> s_rows =
    [
        new("U-Boot", [], DhcpClientKind.UBoot),
        new("", [21, 22, 23, 24], DhcpClientKind.UBoot),
        new("PXEClient", [0, 6, 7, 9], DhcpClientKind.PxePc),
        new("HTTPClient", [15, 16], DhcpClientKind.PxePc),
        new("PXEClient", [], DhcpClientKind.PxeOther),
        new("Etherboot", [], DhcpClientKind.Etherboot),
        new("Mips_boot", [], DhcpClientKind.RouterBoot),
        new("MMipsBoot", [], DhcpClientKind.RouterBoot),
        new("ARM__boot", [], DhcpClientKind.RouterBoot),
        new("ARM64__boot", [], DhcpClientKind.RouterBoot),
        new("Powerboot", [], DhcpClientKind.RouterBoot),
        new("e500_boot", [], DhcpClientKind.RouterBoot),
        new("e500sboot", [], DhcpClientKind.RouterBoot),
        new("440__boot", [], DhcpClientKind.RouterBoot),
        new("tile_boot", [], DhcpClientKind.RouterBoot),
        new("x86_64boot", [], DhcpClientKind.RouterBoot),
    ];

    public static DhcpClientKind Of(ReadOnlySpan<byte> vendorClass, int? architecture)
    {
        foreach (Row row in s_rows)
        {
            if (StartsWith(vendorClass, row.Prefix)
                && (row.Architectures.IsEmpty || (architecture is { } known && row.Architectures.Contains(known))))
                return row.Kind;
        }
        return DhcpClientKind.Other;
    }

    /// <summary>Option 93, or the five digits behind "Arch:" in option 60 when 93 is missing or broken.</summary>
    public static int? Architecture(ReadOnlySpan<byte> vendorClass, byte[]? option93)
    {
        if (option93 is { Length: >= 2 })
            return BinaryPrimitives.ReadUInt16BigEndian(option93);
        int at = vendorClass.IndexOf(":Arch:"u8);
        return at >= 0 && vendorClass.Length >= at + 11
            && int.TryParse(vendorClass.Slice(at + 6, 5), NumberStyles.None, null, out int number) ? number : null;
    }

    public static bool StartsWith(ReadOnlySpan<byte> vendorClass, string prefix) => vendorClass.StartsWith(Encoding.ASCII.GetBytes(prefix));
}
