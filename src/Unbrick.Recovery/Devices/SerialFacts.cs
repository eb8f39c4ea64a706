using System.Collections.Immutable;

namespace Unbrick.Recovery.Devices;

/// <summary>What is known about the serial console.</summary>
public sealed record SerialFacts
{
    /// <summary>Bits per second.</summary>
    public int? Baud { get; init; }

    /// <summary>Such as <c>8N1</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Level in volts, as text (<c>3.3</c>): more than this kills the port.</summary>
    public string? Voltage { get; init; }

    /// <summary>Where the pins are (<c>J1</c>).</summary>
    public string? Header { get; init; }

    /// <summary>The pins in order, as they were described.</summary>
    public ImmutableArray<string> Pinout { get => field.IsDefault ? [] : field; init; }

    /// <summary>What stops the boot loader.</summary>
    public string? Interrupt { get; init; }

    /// <summary>Where this is known from.</summary>
    public ImmutableArray<string> Sources { get => field.IsDefault ? [] : field; init; }
}
