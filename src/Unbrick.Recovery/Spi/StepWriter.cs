using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Recovery.Spi;

/// <summary>
/// Brings one stretch of a chip to what it is to hold, and proves it by reading. What does not fit is done again, the least first: the pages, then
/// the sector, then the block of the step. Nothing outside of the step is ever erased, and every loop has an end.
/// </summary>
/// <param name="flash">The chip.</param>
/// <param name="chip">Its erase commands.</param>
public sealed class StepWriter(SpiFlash flash, SpiChip chip)
{
    /// <summary>Times that a step is worked on again; a cell that does not take its bit after two erases never will.</summary>
    private const int MostRounds = 8;

    /// <summary>Rounds without a better result after which the rest counts as bad.</summary>
    private const int MostInVain = 3;

    private readonly SteadyReader _reader = new(flash);
    private readonly EraseCommand? _sectorErase = chip.Erases.FirstOrDefault(e => e.Size == SectorSet.Sector);

    /// <summary>Works on one step.</summary>
    /// <param name="step">The stretch.</param>
    /// <param name="present">What stands there; empty when that is not known.</param>
    /// <param name="target">What is to stand there.</param>
    /// <param name="progress">Gets the bytes of the step that are done, now and then.</param>
    /// <param name="ct">Looked at between rounds: a sector that was erased is programmed before it stops.</param>
    public StepOutcome Write(PlanStep step, ReadOnlyMemory<byte> present, ReadOnlyMemory<byte> target, Action<int>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(step);
        byte[] now = new byte[step.Length];
        if (present.IsEmpty)
        {
            if (!_reader.Read(step.At, now, null, ct) || !_reader.Prove(step.At, now, ct))
                return new(ct.IsCancellationRequested ? StepEnd.Cancelled : StepEnd.NoContact, [], 0);
        }
        else
        {
            present.CopyTo(now);
        }
        FlashOutcome last = First(step, now, target, progress);
        int repairs = 0, inVain = 0, fewest = int.MaxValue;
        for (int round = 0; ; round++)
        {
            if (last == FlashOutcome.Refused && !IsOpen())
                return new(StepEnd.Refused, [], repairs);
            if (last is not FlashOutcome.Done && !Recover(ct))
                return new(StepEnd.NoContact, [], repairs);
            List<int>? wrong = Wrong(step, now, target);
            if (wrong is null)
                return new(StepEnd.NoContact, [], repairs);
            if (wrong.Count == 0)
                return new(StepEnd.Verified, [], repairs);
            inVain = wrong.Count < fewest ? 0 : inVain + 1;
            fewest = Math.Min(fewest, wrong.Count);
            if (round >= MostRounds || inVain >= MostInVain)
                return new(StepEnd.BadSectors, [.. wrong], repairs);
            repairs++;
            bool wholeBlock = inVain == MostInVain - 1 && step.Erase is { Size: > SectorSet.Sector };
            last = wholeBlock ? EraseAndProgram(step.At, step.Length, step.Erase!, now, target, step.At, null) : Mend(step, wrong, now, target);
        }
    }

    private FlashOutcome First(PlanStep step, byte[] now, ReadOnlyMemory<byte> target, Action<int>? progress)
    {
        if (now.AsSpan().SequenceEqual(target.Span))
            return FlashOutcome.Done;
        return step.Erase is { } erase && FlashPlan.NeedsErase(now, target.Span)
            ? EraseAndProgram(step.At, step.Length, erase, now, target, step.At, progress)
            : flash.Program(step.At, target, now, progress, CancellationToken.None).Outcome;
    }

    /// <summary>Sector by sector: programs where clearing bits is enough, erases first where it is not.</summary>
    private FlashOutcome Mend(PlanStep step, List<int> wrong, byte[] now, ReadOnlyMemory<byte> target)
    {
        foreach (int at in wrong)
        {
            int from = at - step.At, length = Math.Min(SectorSet.Sector, step.Length - from);
            Memory<byte> here = now.AsMemory(from, length);
            ReadOnlyMemory<byte> want = target.Slice(from, length);
            FlashOutcome outcome = FlashOutcome.Done;
            if (!FlashPlan.NeedsErase(here.Span, want.Span))
                outcome = flash.Program(at, want, here, null, CancellationToken.None).Outcome;
            else if (step.Erase is not null && _sectorErase is not null)
                outcome = EraseAndProgram(at, length, _sectorErase, now, target, step.At, null);
            else if (step.Erase is not null)
                outcome = EraseAndProgram(step.At, step.Length, step.Erase, now, target, step.At, null);
            if (outcome != FlashOutcome.Done)
                return outcome;
        }
        return FlashOutcome.Done;
    }

    private FlashOutcome EraseAndProgram(int at, int length, EraseCommand erase, byte[] now, ReadOnlyMemory<byte> target, int stepAt, Action<int>? progress)
    {
        FlashOutcome outcome = flash.Erase(at, erase).Outcome;
        if (outcome != FlashOutcome.Done)
            return outcome;
        now.AsSpan(at - stepAt, length).Fill(0xFF);
        return flash.Program(at, target.Slice(at - stepAt, length), ReadOnlyMemory<byte>.Empty, progress, CancellationToken.None).Outcome;
    }

    /// <summary>
    /// Reads the step into <paramref name="now"/> and says which sectors are not as they are to be; a sector that seems wrong is read until two reads
    /// agree, since it may be the reading that was wrong. Null without contact.
    /// </summary>
    private List<int>? Wrong(PlanStep step, byte[] now, ReadOnlyMemory<byte> target)
    {
        // Without a way to stop it: what was erased is brought to its end, and that does not take long.
        if (!_reader.Read(step.At, now, null, CancellationToken.None))
            return null;
        List<int> wrong = [];
        for (int from = 0; from < step.Length; from += SectorSet.Sector)
        {
            int length = Math.Min(SectorSet.Sector, step.Length - from);
            if (now.AsSpan(from, length).SequenceEqual(target.Span.Slice(from, length)))
                continue;
            if (!_reader.Prove(step.At + from, now.AsMemory(from, length), CancellationToken.None))
                return null;
            if (!now.AsSpan(from, length).SequenceEqual(target.Span.Slice(from, length)))
                wrong.Add(step.At + from);
        }
        return wrong;
    }

    /// <summary>After a lost contact the chip may have been without power, and its protection is back.</summary>
    private bool Recover(CancellationToken ct) => _reader.Reconnect(ct.IsCancellationRequested ? CancellationToken.None : ct) && IsOpen();

    private bool IsOpen() => flash.Unprotect().Outcome is ProtectionOutcome.NotProtected or ProtectionOutcome.Lifted;
}
