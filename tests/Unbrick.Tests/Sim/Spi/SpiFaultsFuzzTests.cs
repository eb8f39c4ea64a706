using Unbrick.Hardware.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Tests.Sim.Spi;

/// <summary>Whatever is wrong and whatever is asked: a transfer answers, or the programmer is gone; and the same again gives the same.</summary>
public sealed class SpiFaultsFuzzTests
{
    private static readonly byte[] s_commands =
        [0x01, 0x02, 0x02, 0x03, 0x05, 0x06, 0x06, 0x06, 0x0B, 0x12, 0x13, 0x20, 0x21, 0x48, 0x60, 0x66, 0x99, 0x9F, 0xB7, 0xC5, 0xD8, 0xDC, 0xE9];

    [Fact]
    public void Any_faults_and_any_traffic_end_in_an_answer_and_can_be_played_again()
    {
        Random random = new(11);
        for (int round = 0; round < 60; round++)
        {
            string faults = string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ => SpiFaultList.All[random.Next(SpiFaultList.All.Length)].Example))
                + $",lost={random.Next(200)}+5,unplug={random.Next(1, 400)}x1,seed={round}";
            string model = round % 2 == 0 ? "W25X05" : "W25Q80BV";
            int traffic = random.Next();
            Assert.Equal(Play(model, faults, traffic, queued: false), Play(model, faults, traffic, queued: false));
            Assert.Equal(Play(model, faults, traffic, queued: true), Play(model, faults, traffic, queued: true));
        }
    }

    private static (ulong Answers, long Transfers, TimeSpan Time) Play(string model, string faults, int traffic, bool queued)
    {
        Random random = new(traffic);
        VirtualTime time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        SpiFaults what = SpiFaultList.Parse(faults);
        using SimSpiBench bench = new(new SimNor(SimNorModels.Find(model)!), time, SimSpiTiming.Ch341a, what, seed: 2);
        ISpiMaster? master = null;
        ulong answers = 0;
        for (int i = 0; i < 300; i++)
        {
            try
            {
                master ??= bench.Connect();
                if (queued)
                    master.Queue(Enumerable.Range(0, 5).Select(_ => Next(random)), transfer => Add(transfer.Read.Span) % 7 != 0);
                else if (Next(random) is { } one)
                    Take(master, one);
            }
            catch (ProgrammerException e)
            {
                Assert.True(e.Fault is ProgrammerFault.Gone or ProgrammerFault.NotFound);
                master = null;
            }
        }
        return (Add(bench.Chip.Content.Span), what.Transfers, time.Elapsed);

        void Take(ISpiMaster from, SpiTransfer one)
        {
            from.Transfer(one.Write.Span, one.Read.Span);
            Add(one.Read.Span);
        }

        ulong Add(ReadOnlySpan<byte> bytes)
        {
            foreach (byte value in bytes)
                answers = (answers ^ value) * 0x100_0000_01B3;
            return answers;
        }
    }

    private static SpiTransfer Next(Random random)
    {
        byte[] write = new byte[random.Next(1, 9)];
        random.NextBytes(write);
        write[0] = s_commands[random.Next(s_commands.Length)];
        if (random.Next(2) == 0)
            Array.Resize(ref write, write[0] is 0x20 or 0xD8 or 0x03 ? 4 : write[0] is 0x06 or 0x60 or 0x05 ? 1 : write.Length);
        return new SpiTransfer(write, new byte[random.Next(3) == 0 ? random.Next(300) : 0]);
    }
}
