using System.Net;

namespace Unbrick.Sim.Loaders;

/// <summary>What a loader's environment says about the network.</summary>
internal sealed record UBootSessionOptions
{
    /// <summary>How it loads.</summary>
    public required UBootTftpOptions Tftp { get; init; }

    /// <summary><c>ipaddr</c>; null asks by DHCP.</summary>
    public IPAddress? OwnIp { get; init; }

    /// <summary><c>serverip</c>, which a DHCP reply with siaddr overrules.</summary>
    public required IPAddress ServerIp { get; init; }

    /// <summary><c>bootfile</c>, which a DHCP reply overrules; empty for none.</summary>
    public string File { get; init; } = "";

    /// <summary>
    /// The name when there is none; null for the address in hex (<c>C0A80056.img</c>). Ralink's tree has <c>test.bin</c>.
    /// </summary>
    public string? DefaultFile { get; init; }

    /// <summary>What is sent to the server under <see cref="File"/>'s name (<c>tftpput</c>); null asks for that file instead.</summary>
    public ReadOnlyMemory<byte>? Sent { get; init; }

    /// <summary>DHCP as from v2014.10 on.</summary>
    public bool ModernDhcp { get; init; }

    /// <summary>BOOTP without DHCP.</summary>
    public bool Bootp { get; init; }

    /// <summary>What kind of thing asks (option 60); null says nothing.</summary>
    public string? VendorClass { get; init; }
}
