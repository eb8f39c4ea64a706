using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Which chip answers, how sure that is, and why.</summary>
public sealed record ChipIdentification
{
    /// <summary>Millivolts that a 1.8 V part bears.</summary>
    private const int LowSupply = 2100;

    /// <summary>The chip, or what its candidates have in common; null when there is none that could be read.</summary>
    public SpiChip? Chip { get; init; }

    /// <summary>A SPI NAND instead; null when it is none.</summary>
    public SpiNandChip? Nand { get; init; }

    /// <summary>Parts that it may be; empty when the id is unknown.</summary>
    public ImmutableArray<ChipCandidate> Candidates { get; init; } = [];

    /// <summary>How sure it is.</summary>
    public ChipCertainty Certainty { get; init; }

    /// <summary>What speaks against it.</summary>
    public ChipDoubt Doubt { get; init; }

    /// <summary>A user has to confirm the chip before anything is written, and should before it is read.</summary>
    public bool NeedsConfirmation { get; init; }

    /// <summary>The chip's own description; null when it has none.</summary>
    public Sfdp? Sfdp { get; init; }

    /// <summary>Why, a sentence each, the weightiest first.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];

    /// <summary>It is a 1.8 V part, or one cannot be excluded.</summary>
    public bool MayBe1V8 => Chip?.MayBe1V8 ?? Nand?.MayBe1V8 ?? false;

    /// <summary>Nothing is known about its supply.</summary>
    public bool IsSupplyUnknown => !MayBe1V8 && (Chip ?? (object?)Nand) is not null && (Chip?.Millivolts ?? Nand?.Millivolts) is null;

    /// <summary>Makes of answers what can be made of them.</summary>
    /// <param name="answers">What was read; any bytes.</param>
    /// <param name="library">The known chips.</param>
    public static ChipIdentification From(ChipAnswers answers, ChipLibrary library)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(library);
        return new ChipIdentifier(answers, library).Identify();
    }

    /// <summary>
    /// A 1.8 V part, or what may be one, at outputs above that: to stop before anything more is driven. A level that is not known (null) is taken
    /// for 3.3 V, which is what programmers have. What 5 V do to a 3.3 V part is not judged here.
    /// </summary>
    /// <param name="millivolts">Level of the programmer's outputs.</param>
    public bool IsEndangeredBy(int? millivolts) => MayBe1V8 && (millivolts ?? 3300) > LowSupply;
}
