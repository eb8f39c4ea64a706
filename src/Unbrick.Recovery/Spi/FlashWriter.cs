using Unbrick.Hardware.Spi;

namespace Unbrick.Recovery.Spi;

/// <summary>Carries a plan out, step by step, each noted in the journal before and behind.</summary>
/// <param name="flash">The chip, its contact proven and its protection lifted.</param>
/// <param name="chip">Its facts.</param>
/// <param name="journal">Where each step is noted.</param>
public sealed class FlashWriter(SpiFlash flash, SpiChip chip, FlashJournal journal)
{
    private readonly StepWriter _writer = new(flash, chip);

    /// <summary>Carries out all steps of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Gets the steps that are done and the bytes of them.</param>
    /// <param name="ct">Looked at between steps.</param>
    public WriteResult Write(FlashPlan plan, Action<int, long>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Run([.. plan.Steps.Select(s => (s, false))], plan.Backup.Bytes, plan.Target, plan.Changed, progress, ct);
    }

    /// <summary>Carries out what is left of a write that was interrupted. Steps that may have been begun are read first.</summary>
    public WriteResult Resume(OpenWrite open, Action<int, long>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(open);
        return Run([.. open.Rest(chip)], open.Before, open.Target, FlashPlan.Differing(open.Before.Span, open.Target.Span).Count, progress, ct);
    }

    private WriteResult Run(
        (PlanStep Step, bool MayBeBegun)[] steps, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> target, int changed, Action<int, long>? progress,
        CancellationToken ct)
    {
        List<int> bad = [];
        int verified = 0, erased = 0, repairs = 0;
        long bytes = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            (PlanStep step, bool mayBeBegun) = steps[i];
            if (ct.IsCancellationRequested)
                return Ended(StepEnd.Cancelled, null);
            journal.Began(step.At);
            long before_ = bytes;
            StepOutcome outcome = _writer.Write(
                step, mayBeBegun ? ReadOnlyMemory<byte>.Empty : before.Slice(step.At, step.Length), target.Slice(step.At, step.Length),
                done => progress?.Invoke(i, before_ + done), ct);
            repairs += outcome.Repairs;
            erased += step.Erase is null ? 0 : step.Length / SectorSet.Sector;
            switch (outcome.End)
            {
                case StepEnd.Verified:
                    journal.Verified(step.At);
                    verified++;
                    break;
                case StepEnd.BadSectors:
                    journal.Bad(step.At);
                    bad.AddRange(outcome.Bad);
                    break;
                default:
                    return Ended(outcome.End, step);
            }
            bytes += step.Length;
            progress?.Invoke(i + 1, bytes);
        }
        return Ended(bad.Count > 0 ? StepEnd.BadSectors : StepEnd.Verified, null);

        WriteResult Ended(StepEnd end, PlanStep? at) => new(end, changed, erased, verified, steps.Length, [.. bad], repairs, at);
    }
}
