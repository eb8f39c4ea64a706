using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Hardware.Spi.Contact;

/// <summary>
/// Finds out how good the contact to a SPI NAND is: its id many times, and pages all over it, each brought into the chip's buffer anew for
/// every read. Changes nothing in it.
/// </summary>
public static class NandContactProbe
{
    private const int FirstReads = 8;
    private const int Places = 16;

    /// <summary>Asks and judges.</summary>
    /// <param name="master">The programmer.</param>
    /// <param name="found">As it was found.</param>
    /// <param name="chip">Which of the parts it is.</param>
    /// <param name="time">Bounds the wait for a page.</param>
    /// <param name="options">How thoroughly.</param>
    /// <param name="cancellation">Looked at between reads.</param>
    /// <returns>Null when it tells its id, but stays busy over a page.</returns>
    public static ContactReport? Run(
        ISpiMaster master, SpiNandFound found, SpiNandChip chip, TimeProvider time, ContactOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(master);
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(options);
        List<ImmutableArray<byte>> ids = [];
        Ask(FirstReads);
        if (!ids.TrueForAll(id => NorCommands.IsBlank(id.AsSpan())))
            Ask(Math.Max(0, options.IdReads - FirstReads));
        ContactAnswers answers = new() { Ids = new(0, [.. ids]) };
        if (answers.Id != chip.Id)
            return Report(answers);
        SpiNand nand = new(master, chip, time);
        if (nand.Begin() && Samples(nand, chip, options, cancellation) is { } samples)
            return Report(answers with { Samples = samples });
        // Late, or gone: its id tells.
        Ask(FirstReads);
        answers = new() { Ids = new(0, [.. ids]) };
        return answers.Ids.Answers.TakeLast(FirstReads).All(id => id.AsSpan().SequenceEqual(answers.Ids.Usual)) ? null : Report(answers);

        void Ask(int times)
        {
            for (int i = 0; i < times; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                byte[] id = new byte[chip.Id.Length / 2];
                SpiNandFinder.ReadId(master, found.IsPlain, id);
                ids.Add(ImmutableCollectionsMarshal.AsImmutableArray(id));
            }
        }
    }

    private static ContactReport Report(ContactAnswers answers) => new(answers, answers.Errors, ContactVerdict.Of(answers, isKnown: null), false);

    /// <summary>The first page of blocks all over the chip that its correction can put right; each several times in turn.</summary>
    private static ImmutableArray<RepeatedRead>? Samples(SpiNand nand, SpiNandChip chip, ContactOptions options, CancellationToken cancellation)
    {
        int count = Math.Min(Places, chip.Blocks);
        int[] pages = [.. Enumerable.Range(0, count).Select(i => (int)((long)(chip.Blocks - 1) * i / Math.Max(1, count - 1)) * chip.PagesPerBlock)];
        List<ImmutableArray<byte>>[] reads = [.. pages.Select(_ => new List<ImmutableArray<byte>>())];
        bool[] isSound = new bool[count];
        int rounds = options.Rounds;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                byte[] page = new byte[nand.RawPage];
                SpiNandRead read = nand.ReadPage(pages[i], page);
                if (read is SpiNandRead.NoAnswer)
                    return null;
                isSound[i] |= read is not SpiNandRead.Failed;
                reads[i].Add(ImmutableCollectionsMarshal.AsImmutableArray(page));
                if (round > 0 && isSound[i] && !reads[i][round].AsSpan().SequenceEqual(reads[i][0].AsSpan()))
                    rounds = Math.Max(rounds, options.MostRounds);
            }
        }
        // What cannot be put right may read otherwise each time; that is the cells' fault, not the contact's.
        return [.. Enumerable.Range(0, count).Where(i => isSound[i]).Select(i => new RepeatedRead(pages[i], [.. reads[i]]))];
    }
}
