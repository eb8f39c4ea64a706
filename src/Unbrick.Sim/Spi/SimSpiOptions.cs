namespace Unbrick.Sim.Spi;

/// <summary>The files and times of a simulated chip.</summary>
public sealed record SimSpiOptions
{
    /// <summary>File with the content of the array; what is missing at its end is erased. Null: all is.</summary>
    public string? Image { get; init; }

    /// <summary>File with registers, security registers and unique id; null: as new.</summary>
    public string? State { get; init; }

    /// <summary>The files may be missing, and are written back.</summary>
    public bool Save { get; init; }

    /// <summary>Makes the unique id, and what a power cut leaves behind.</summary>
    public ulong Seed { get; init; }

    /// <summary>How long transfers take.</summary>
    public SimSpiTiming Timing { get; init; } = SimSpiTiming.Ideal;
}
