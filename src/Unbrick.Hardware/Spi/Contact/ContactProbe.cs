using System.Collections.Immutable;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Hardware.Spi.Contact;

/// <summary>
/// Finds out how good the contact to a chip is, without changing anything in it. A chip that does not answer is asked eight times and then
/// left alone: behind a clip that is turned round it gets hot.
/// </summary>
public static class ContactProbe
{
    private const int FirstReads = 8;
    private const int IdLength = 3;
    private const int TableLength = 64;
    private const int SmallReads = 4;
    private const int SizeUnknown = 0x10_0000;

    /// <summary>Asks and judges.</summary>
    /// <param name="master">The programmer.</param>
    /// <param name="time">Bounds the wait for a chip that is busy.</param>
    /// <param name="options">How thoroughly.</param>
    /// <param name="cancellation">Looked at between reads.</param>
    public static ContactReport Run(ISpiMaster master, TimeProvider time, ContactOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(master);
        ArgumentNullException.ThrowIfNull(options);
        NorCommands chip = new(master);
        WakeResult wake = chip.Wake(time);
        List<ImmutableArray<byte>> ids = [];
        Repeat(ids, FirstReads, IdLength, chip.ReadId);
        ContactAnswers answers = new() { Ids = new(0, [.. ids]), Status = Ask(SmallReads, SmallReads, chip.ReadStatus) };
        if (ids.Any(a => !NorCommands.IsBlank(a.AsSpan())))
        {
            Repeat(ids, Math.Max(0, options.IdReads - FirstReads), IdLength, chip.ReadId);
            answers = answers with
            {
                Ids = new(0, [.. ids]),
                Sfdp = Ask(SmallReads, TableLength, table => chip.ReadSfdp(0, table)),
                UniqueId = Ask(SmallReads, NorCommands.UniqueIdLength, chip.ReadUniqueId),
            };
            answers = answers with { Samples = Samples(chip, answers, options, cancellation) };
        }
        cancellation.ThrowIfCancellationRequested();
        return new(answers, answers.Errors, ContactVerdict.Of(answers, options.IsKnown), wake == WakeResult.AwakeAfterReset);
    }

    /// <summary>Places over the whole chip, its start and its end included, each read several times in turn.</summary>
    private static ImmutableArray<RepeatedRead> Samples(NorCommands chip, ContactAnswers answers, ContactOptions options, CancellationToken cancellation)
    {
        // Three address bytes reach 16 MiB, in whatever mode a larger chip is.
        int size = Math.Min(options.Size ?? SizeOf(answers.Ids.Usual), SpiAddressing.Bank);
        int length = Math.Min(options.SampleSize, size);
        int count = Math.Clamp(options.Samples, 1, Math.Max(1, size / Math.Max(1, length)));
        int[] places = [.. Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (int)((long)(size - length) * i / (count - 1)) / length * length)];
        List<ImmutableArray<byte>>[] reads = [.. places.Select(_ => new List<ImmutableArray<byte>>())];
        int rounds = options.Rounds;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < places.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                int place = places[i];
                Repeat(reads[i], 1, length, data => chip.Read(place, data));
                if (round > 0 && !reads[i][round].AsSpan().SequenceEqual(reads[i][0].AsSpan()))
                    rounds = Math.Max(rounds, options.MostRounds);
            }
        }
        return [.. places.Select((place, i) => new RepeatedRead(place, [.. reads[i]]))];
    }

    /// <summary>The third byte of an id is the logarithm of the size with most makers.</summary>
    private static int SizeOf(ReadOnlySpan<byte> id) => id[2] is >= 0x10 and <= 0x19 ? 1 << id[2] : SizeUnknown;

    private static RepeatedRead Ask(int times, int length, SpanAction ask)
    {
        List<ImmutableArray<byte>> answers = [];
        Repeat(answers, times, length, ask);
        return new(0, [.. answers]);
    }

    private static void Repeat(List<ImmutableArray<byte>> answers, int times, int length, SpanAction ask)
    {
        for (int i = 0; i < times; i++)
        {
            byte[] answer = new byte[length];
            ask(answer);
            answers.Add(System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(answer));
        }
    }

    private delegate void SpanAction(Span<byte> answer);
}
