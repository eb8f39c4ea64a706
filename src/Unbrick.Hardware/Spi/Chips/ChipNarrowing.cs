namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Tells parts with one id apart by what the chip says of itself.</summary>
internal static class ChipNarrowing
{
    private delegate bool Test(ChipCandidate part, Sfdp sfdp);

    /// <summary>
    /// Parts that a description contradicts are dropped: by size, erase commands, supply. When it contradicts all of them it is not about parts,
    /// and none is.
    /// </summary>
    /// <param name="parts">With the same id.</param>
    /// <param name="sfdp">The chip's own description; null when there is none.</param>
    /// <param name="say">Takes a sentence for each step that dropped some.</param>
    public static List<ChipCandidate> Agreeing(List<ChipCandidate> parts, Sfdp? sfdp, Action<string> say)
    {
        if (sfdp is null)
            return parts;
        parts = Keep(parts, sfdp, static (p, s) => p.Chip.Size == s.Size, "size", say);
        parts = Keep(parts, sfdp, static (p, s) => p.IsSizeOnly || s.Erases.All(e => p.AllErases.Any(o => (o.Opcode, o.Size) == (e.Opcode, e.Size))),
            "erase commands", say);
        return Keep(parts, sfdp, static (p, s) => p.Chip.Millivolts is not (int least, int most) || s.Millivolts is not (int from, int to)
            || (least < to && from < most), "supply", say);
    }

    /// <summary>
    /// Whether there is a description at all tells parts apart as well, but not for sure: it serves for the name, and the geometry stays that of all.
    /// </summary>
    public static List<ChipCandidate> Named(List<ChipCandidate> parts, Sfdp? sfdp, bool wasAsked, Action<string> say)
    {
        if (!wasAsked)
            return parts;
        List<ChipCandidate> left = parts.FindAll(p => p.AnswersSfdp != (sfdp is null));
        if (left.Count == 0 || left.Count == parts.Count)
            return parts;
        say($"It has {(sfdp is null ? "no" : "a")} description of its own (SFDP), {(left.Count == 1 ? "as" : "which leaves")} {string.Join(", ", left.Select(p => p.Chip.Name))}.");
        return left;
    }

    private static List<ChipCandidate> Keep(List<ChipCandidate> parts, Sfdp sfdp, Test test, string what, Action<string> say)
    {
        List<ChipCandidate> left = parts.FindAll(p => test(p, sfdp));
        if (left.Count == 0 || left.Count == parts.Count)
            return parts;
        say($"Its own description (SFDP) has {what} that {parts.Count - left.Count} of {parts.Count} parts do not have; {string.Join(", ", left.Select(p => p.Chip.Name))} {(left.Count == 1 ? "is" : "are")} left.");
        return left;
    }
}
