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
        if (IsOther(now, wanted) && wanted.Second is { } second)
        {
            // Both in one write: a write of the first alone clears the second on many chips.
            Write([NorOpcode.WriteStatus1, wanted.First, second]);
            now = Read();
        }
        if (IsOther(now, wanted) && wanted.Second is { } other)
        {
            // GigaDevice and newer chips: each register has a command of its own, and a second byte spoils the first one.
            Write([NorOpcode.WriteStatus2, other]);
            now = Read();
        }
        if (now is { } seen && Kept(seen.First) != Kept(wanted.First))
        {
            Write([NorOpcode.WriteStatus1, wanted.First]);
            now = Read();
            if (wanted.Second is { } lost && now is { } after && after.Second != lost)
            {
                Write([NorOpcode.WriteStatus2, lost]);
                now = Read();
            }
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

    private static byte Kept(byte first) => (byte)(first & ~(StatusPoll.Busy | StatusPoll.WriteEnabled));

    private void Write(ReadOnlySpan<byte> command)
    {
        master.Transfer([NorOpcode.VolatileWriteEnable], []);
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
