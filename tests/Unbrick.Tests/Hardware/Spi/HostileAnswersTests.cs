using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Contact;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Hardware.Spi;

/// <summary>Whatever comes back from the wires, every call ends and none throws.</summary>
public sealed class HostileAnswersTests
{
    private const int MostTransfers = 200_000;

    public static TheoryData<string> Answers =>
        ["random", "sparse", "echo", "counting", .. new byte[] { 0x00, 0x01, 0x02, 0x03, 0x80, 0x9C, 0xFE, 0xFF }.Select(b => $"{b:x2}")];

    [Theory]
    [MemberData(nameof(Answers))]
    public void Everything_ends(string kind)
    {
        foreach (FourByteAddresses way in Enum.GetValues<FourByteAddresses>())
        {
            foreach (Protection protection in Enum.GetValues<Protection>())
                RunAll(kind, way, protection);
        }
    }

    private static void RunAll(string kind, FourByteAddresses way, Protection protection)
    {
        using Wires wires = new(kind, seed: (int)way);
        SpiChip chip = SpiBench.ChipOf(SimNorModels.Find("W25Q256JV")!) with { Addresses = way, Protection = protection };
        SpiFlash flash = new(wires, chip, TimeProvider.System);
        CancellationToken token = TestContext.Current.CancellationToken;
        EraseCommand quick = new(0x20, 0x1000, TimeSpan.FromMicroseconds(100), TimeSpan.FromMilliseconds(1));

        flash.Commands.Wake(new Hurried());
        ContactReport report = ContactProbe.Run(wires, new Hurried(), new() { Size = 0x1_0000, SampleSize = 256 }, token);
        Assert.InRange(report.Errors.RateAtMost, 0, 1);
        Assert.Equal(5000, flash.Read(0xFF_FFF0, new byte[5000], null, token).Bytes);
        flash.Unprotect();
        flash.Erase(0x100_0000, quick);
        ProgramResult result = flash.Program(0xFF_FF80, SpiBench.Data(600), default, null, token);
        Assert.True(result.Outcome != FlashOutcome.Done || result.Done == 600);
        flash.ReadSecurity(true);
        flash.ReadUniqueId();
        flash.ReadStatus();
        flash.Restore();
    }

    /// <summary>A clock in which an hour passes between two looks, so that real time does not pass at all.</summary>
    private sealed class Hurried : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += TimeSpan.TicksPerHour;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    private sealed class Wires(string kind, int seed) : ISpiMaster
    {
        private readonly Random _random = new(seed);
        private int _count;

        public SpiMasterInfo Info { get; } = new("hostile", 300, 4096, 20_000);

        public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
        {
            Assert.True(++_count < MostTransfers, "it does not end");
            Assert.InRange(write.Length, 1, Info.MaxWrite);
            Assert.InRange(read.Length, 0, Info.MaxRead);
            switch (kind)
            {
                case "random":
                    _random.NextBytes(read);
                    break;
                case "sparse":
                    read.Fill((byte)(_random.Next(4) == 0 ? _random.Next(256) : 0xFF));
                    break;
                case "echo":
                    for (int i = 0; i < read.Length; i++)
                        read[i] = write[i % write.Length];
                    break;
                case "counting":
                    for (int i = 0; i < read.Length; i++)
                        read[i] = (byte)(i + _count);
                    break;
                default:
                    read.Fill(Convert.ToByte(kind, 16));
                    break;
            }
        }

        public void Dispose()
        {
        }
    }
}
