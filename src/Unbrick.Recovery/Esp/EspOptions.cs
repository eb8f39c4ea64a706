using Unbrick.Hardware.Esp;

namespace Unbrick.Recovery.Esp;

/// <summary>What was asked of a job on an ESP.</summary>
public sealed record EspOptions
{
    /// <summary>Bits in a second; null is 115200.</summary>
    public int? Baud { get; init; }

    /// <summary>How long a chip is waited for.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long the boot is watched; zero leaves the chip in its loader.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Rate of the application's text.</summary>
    public int AppBaud { get; init; } = 115_200;

    /// <summary><c>qio qout dio dout</c>, <c>keep</c>, or null: as advised for the chip.</summary>
    public string? FlashMode { get; init; }

    /// <summary>Erase the whole chip, or only what is written; null: as advised for the chip.</summary>
    public bool? EraseAll { get; init; }

    /// <summary>Where to write; null: where the image belongs.</summary>
    public long? Offset { get; init; }

    /// <summary>Show the plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Write without a backup.</summary>
    public bool NoBackup { get; init; }

    /// <summary>How much is read back.</summary>
    public EspProof Proof { get; init; }

    /// <summary>For the places of samples.</summary>
    public int Seed { get; init; }
}
