using System.Collections.Immutable;
using System.Security.Cryptography;
using Unbrick.Hardware.Spi;

namespace Unbrick.Recovery.Spi;

/// <summary>A write that was begun and not completed, as its journal tells.</summary>
public sealed class OpenWrite
{
    private const int MostSamples = 16;

    private readonly JournalHead _head;
    private readonly Dictionary<int, string> _states;

    internal OpenWrite(string folder, JournalHead head, byte[] before, byte[] target, Dictionary<int, string> states)
    {
        Folder = folder;
        _head = head;
        _states = states;
        Before = before;
        Target = target;
    }

    /// <summary>Where it is kept.</summary>
    public string Folder { get; }

    /// <summary>The chip that was being written.</summary>
    public ChipIdentity Chip => _head.Chip;

    /// <summary>What it held before.</summary>
    public ReadOnlyMemory<byte> Before { get; }

    /// <summary>What it is to hold.</summary>
    public ReadOnlyMemory<byte> Target { get; }

    /// <summary>Steps of the plan.</summary>
    public int Steps => _head.Steps.Length;

    /// <summary>Steps that were verified.</summary>
    public int Verified => _head.Steps.Count(s => StateOf(s.At) == "verified");

    /// <summary>Both files are those of the journal, and the steps lie inside of them.</summary>
    internal bool IsWhole => Before.Length == Chip.Size && Target.Length == Chip.Size
        && Convert.ToHexStringLower(SHA256.HashData(Before.Span)) == _head.BeforeSha256
        && Convert.ToHexStringLower(SHA256.HashData(Target.Span)) == _head.TargetSha256
        && _head.Steps.All(s => s.At >= 0 && s.Length > 0 && s.At <= Chip.Size - s.Length);

    /// <summary>What is left to do, with the erase commands that the chip has; the second value says whether the step may have been begun.</summary>
    public ImmutableArray<(PlanStep Step, bool MayBeBegun)> Rest(SpiChip chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        return
        [
            .. _head.Steps.Where(s => StateOf(s.At) is not "verified").Select(s => (
                new PlanStep(s.At, s.Length, s.Erase is byte opcode ? chip.Erases.FirstOrDefault(e => e.Opcode == opcode && e.Size == s.Length) : null),
                StateOf(s.At) is not null)),
        ];
    }

    /// <summary>Sectors of steps that were verified, some of all: what tells the chip from another one of its kind without a number.</summary>
    internal IEnumerable<int> Samples()
    {
        JournalStep[] verified = [.. _head.Steps.Where(s => StateOf(s.At) == "verified")];
        int step = Math.Max(1, verified.Length / MostSamples);
        return verified.Where((_, i) => i % step == 0).Select(s => s.At);
    }

    /// <summary>Sectors that were to change, those of them that do hold what they are to hold, and those in which it was stopped.</summary>
    internal (SectorSet Planned, SectorSet Done, SectorSet Broken) Sectors()
    {
        SectorSet planned = FlashPlan.Differing(Before.Span, Target.Span), done = new(Before.Length), broken = new(Before.Length);
        foreach (JournalStep step in _head.Steps.Where(s => StateOf(s.At) is not null))
            (StateOf(step.At) == "verified" ? done : broken).Add(step.At, step.Length);
        return (planned, done, broken);
    }

    private string? StateOf(int at) => _states.GetValueOrDefault(at);
}
