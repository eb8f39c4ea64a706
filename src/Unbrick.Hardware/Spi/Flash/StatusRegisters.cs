namespace Unbrick.Hardware.Spi.Flash;

/// <summary>Reads status registers, and writes them until power-off only (50).</summary>
internal sealed class StatusRegisters(ISpiMaster master, SpiChip chip, TimeProvider time)
{
    private const int Samples = 4;
    private static readonly TimeSpan s_longestWrite = TimeSpan.FromMilliseconds(100);

    private readonly BusyWait _wait = new(master, time);

    /// <summary>Null when the answers differ or are all ones: no contact.</summary>
    public SpiStatus? Read()
    {
        if (Read(NorOpcode.ReadStatus1) is not { } first || first == 0xFF)
            return null;
        byte? second = chip.HasStatus2 ? Read(NorOpcode.ReadStatus2) : null;
        byte? third = chip.HasStatus3 ? Read(NorOpcode.ReadStatus3) : null;
        // A register that answers with ones is not there: W25Q128BV has no third, its successors with the same id have.
        return new(first, second == 0xFF ? null : second, third == 0xFF ? null : third);
    }

    /// <summary>Writes what differs from <paramref name="present"/>, until power-off only.</summary>
    /// <returns>What is read afterwards.</returns>
    public SpiStatus? WriteVolatile(SpiStatus present, SpiStatus wanted)
    {
        SpiStatus? now = present;
        // One byte too few clears the second register on many chips, one too many spoils the first on others: the chip's own way comes first.
        for (int i = 0; i < 2 && IsOther(now, wanted); i++)
        {
            if ((chip.StatusBytes >= 2) == (i == 0))
                WriteTogether(wanted);
            else
                WriteApart(wanted);
            now = Read();
        }
        if (now is { } last && wanted.Third is { } third && last.Third != third)
        {
            Write([NorOpcode.WriteStatus3, third]);
            now = Read();
        }
        return now;
    }

    /// <summary>Equal but for the bits that come and go by themselves.</summary>
    public static bool AreAlike(SpiStatus one, SpiStatus other) =>
        Kept(one.First) == Kept(other.First) && one.Second == other.Second && one.Third == other.Third;

    private static bool IsOther(SpiStatus? now, SpiStatus wanted) =>
        now is { } seen && (Kept(seen.First) != Kept(wanted.First) || seen.Second != wanted.Second);

    private void WriteTogether(SpiStatus wanted)
    {
        if (wanted is { Second: { } second, Third: { } third } && chip.StatusBytes == 3)
            Write([NorOpcode.WriteStatus1, wanted.First, second, third]);
        else if (wanted.Second is { } other)
            Write([NorOpcode.WriteStatus1, wanted.First, other]);
        else
            Write([NorOpcode.WriteStatus1, wanted.First]);
    }

    private void WriteApart(SpiStatus wanted)
    {
        Write([NorOpcode.WriteStatus1, wanted.First]);
        if (wanted.Second is { } second)
            Write([NorOpcode.WriteStatus2, second]);
    }

    private static byte Kept(byte first) => (byte)(first & ~(StatusPoll.Busy | StatusPoll.WriteEnabled));

    /// <summary>For chips whose locks come back with the power by themselves: nothing of it lasts.</summary>
    public SpiStatus? WriteLocks(byte first)
    {
        Write([NorOpcode.WriteStatus1, first], NorOpcode.WriteEnable);
        return Read();
    }

    /// <summary>Opens all locks of blocks (98); they are locked again with the next power-on.</summary>
    public void OpenLocks() => Write([NorOpcode.OpenBlockLocks], NorOpcode.WriteEnable);

    private void Write(ReadOnlySpan<byte> command, byte enable = NorOpcode.VolatileWriteEnable)
    {
        master.Transfer([NorOpcode.WriteDisable], []);
        // With write enable still set, a write that is to last until power-off would last for good.
        if (Read(NorOpcode.ReadStatus1) is not { } status || (status & StatusPoll.WriteEnabled) != 0)
            return;
        master.Transfer([enable], []);
        master.Transfer(command, []);
        _wait.UntilReady(TimeSpan.Zero, s_longestWrite);
    }

    private byte? Read(byte opcode)
    {
        Span<byte> samples = stackalloc byte[Samples];
        for (int i = 0; i < 2; i++)
        {
            master.Transfer([opcode], samples);
            if (!samples.ContainsAnyExcept(samples[0]))
                return samples[0];
        }
        return null;
    }
}
