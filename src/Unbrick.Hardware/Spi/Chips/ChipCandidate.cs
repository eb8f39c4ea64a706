using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>A chip of the list that an id may stand for.</summary>
/// <param name="Chip">The part, or parts that are all alike.</param>
/// <param name="AnswersSfdp">Every one of them has SFDP (true), none has (false), or it is not known.</param>
/// <param name="IsSizeOnly">The list has no more than its id and size.</param>
/// <param name="Low">Why it is taken for a 1.8 V part where no list gives its supply.</param>
public sealed record ChipCandidate(SpiChip Chip, bool? AnswersSfdp, bool IsSizeOnly, string? Low)
{
    /// <summary>How many of the chip's parts, from the first, the entry itself is about; the rest share its id in other lists.</summary>
    internal int OwnParts { get; init; } = 1;

    /// <summary>Ways to four address bytes, as <c>data/chips</c> has them.</summary>
    internal ImmutableArray<string> Ways { get; init; } = [];

    /// <summary>Erase commands with three and with four address bytes.</summary>
    internal ImmutableArray<EraseCommand> AllErases { get; init; } = [];
}
