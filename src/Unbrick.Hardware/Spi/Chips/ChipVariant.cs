namespace Unbrick.Hardware.Spi.Chips;

/// <summary>One of several parts inside of an entry that are not all alike; what it does not say is as in the entry.</summary>
internal sealed class ChipVariant
{
    public string Part { get; set; } = "";

    public bool? Sfdp { get; set; }

    public string[]? Registers { get; set; }
}
