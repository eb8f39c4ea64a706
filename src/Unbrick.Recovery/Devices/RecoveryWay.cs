using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>
/// One way back over the network: who asks whom for what, and what the user has to hold. The keys are those of the device files
/// (<c>data/schema/device.schema.json</c>); a device has several ways when its boot loaders differ.
/// </summary>
public sealed record RecoveryWay
{
    /// <summary>Bits of the network unless the facts say otherwise.</summary>
    public const int UsualPrefix = 24;

    /// <summary>What the device is.</summary>
    public required RecoveryMode Mode { get; init; }

    /// <summary>How far this way can be trusted; set from where it was read, not from the file.</summary>
    public FactStanding Standing { get; init; }

    /// <summary>Which boot loaders do this, if not all.</summary>
    public string? When { get; init; }

    /// <summary>Addresses the PC must have, any one of them, the usual one first; empty when any will do.</summary>
    [JsonPropertyName("server")]
    public ImmutableArray<IPAddress> ServerAddresses { get => field.IsDefault ? [] : field; init; }

    /// <summary>Addresses the device uses; empty when not known or given by us.</summary>
    [JsonPropertyName("device")]
    public ImmutableArray<IPAddress> DeviceAddresses { get => field.IsDefault ? [] : field; init; }

    /// <summary>Bits of the network that holds both ends; 24 unless the device needs a wider one (the Archer MR200 needs 16).</summary>
    public int PrefixLength { get => field == 0 ? UsualPrefix : field; init; }

    /// <summary>Names that the device asks for, or takes.</summary>
    public ImmutableArray<string> Files { get => field.IsDefault ? [] : field; init; }

    /// <summary>The name is ours to choose (it comes from the DHCP answer or is typed).</summary>
    public bool AnyName { get; init; }

    /// <summary>False when the boot loader answers no ARP request, so that the PC needs a fixed neighbour for it; null when not known.</summary>
    public bool? AnswersArp { get; init; }

    /// <summary>Its hardware address while the boot loader runs, where every unit has the same (<c>02:aa:bb:cc:dd:20</c>).</summary>
    public string? DeviceMac { get; init; }

    /// <summary>What to hold.</summary>
    public string? Button { get; init; }

    /// <summary>For how many seconds after power-on.</summary>
    [JsonPropertyName("hold_s")]
    public int? HoldSeconds { get; init; }

    /// <summary>What the user does, in one or two sentences.</summary>
    public string? How { get; init; }

    /// <summary>Which image fits this way.</summary>
    public string? Image { get; init; }

    /// <summary>Formats that a file for this way begins with (<c>xiaomi-hdr1</c>); empty when not known.</summary>
    public ImmutableArray<string> Takes { get => field.IsDefault ? [] : field; init; }

    /// <summary>Largest file in bytes that this way takes.</summary>
    public long? MaxFile { get; init; }

    /// <summary>Where the boot loader puts the file in memory.</summary>
    public long? LoadAddress { get; init; }

    /// <summary>Where in the flash chip it writes it, in bytes.</summary>
    public long? FlashOffset { get; init; }

    /// <summary>Minutes that checking and writing may take after the last block.</summary>
    public int? WriteMinutes { get; init; }

    /// <summary>What else is worth knowing.</summary>
    public ImmutableArray<string> Notes { get => field.IsDefault ? [] : field; init; }

    /// <summary>Threads, pages and files of public sources this is known from.</summary>
    public ImmutableArray<string> Sources { get => field.IsDefault ? [] : field; init; }

    /// <summary>Checked for this very device; a hint or a rule of the make is not.</summary>
    public bool IsCurated => Standing is FactStanding.User or FactStanding.Checked;

    /// <summary>The device fetches the file from the PC, which is what <c>unbrick serve</c> is for.</summary>
    public bool IsServed => Mode is RecoveryMode.TftpClient or RecoveryMode.DhcpThenTftp or RecoveryMode.BootMenu;
}
