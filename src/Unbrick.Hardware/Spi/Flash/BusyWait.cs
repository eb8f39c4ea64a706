namespace Unbrick.Hardware.Spi.Flash;

/// <summary>
/// Waits for a chip by reading its status on and on inside of one chip-select, and gives up at last. The time is counted in bytes at the
/// programmer's speed, so that it is the chip's time whatever the host does meanwhile; a programmer that is much faster than it says is caught
/// by the clock.
/// </summary>
internal sealed class BusyWait(ISpiMaster master, TimeProvider time)
{
    private const double SpeedUnknown = 100_000;
    private const int LeastSlice = 16;
    private const int LostTries = 3;

    /// <summary>Bytes of status that are kept at a time.</summary>
    private const int MostAtOnce = 1 << 20;

    /// <summary>How often the bound may be passed in bytes while the clock says that it has not.</summary>
    private const int SpeedError = 16;

    private double BytesPerSecond => master.Info.BytesPerSecond is > 0 and < 1e9 ? master.Info.BytesPerSecond : SpeedUnknown;

    /// <summary>Bytes that pass in a time; at least one.</summary>
    public int BytesIn(TimeSpan span) => (int)Math.Clamp(span.TotalSeconds * BytesPerSecond, 1, int.MaxValue / 2);

    /// <summary>Bytes that were read by the last wait before the chip was ready.</summary>
    public long Waited { get; private set; }

    /// <summary>Waits until the chip is ready, for at least <paramref name="longest"/>.</summary>
    /// <param name="expected">When it will be as a rule: nothing is looked at before.</param>
    /// <param name="longest">The maker's limit; given up at twice of it.</param>
    /// <returns><see cref="PollState.Busy"/> when given up; <see cref="PollState.Unseen"/> or <see cref="PollState.Refused"/> when it was not busy at all.</returns>
    public PollState UntilReady(TimeSpan expected, TimeSpan longest)
    {
        int most = Math.Clamp(master.Info.MaxRead, 1, MostAtOnce);
        int slice = Math.Min(most, Math.Max(LeastSlice, BytesIn(TimeSpan.FromTicks(Math.Max(expected.Ticks / 16, TimeSpan.TicksPerMillisecond)))));
        long budget = 2L * BytesIn(longest);
        long started = time.GetTimestamp();
        bool wasBusy = false;
        int lost = 0;
        Waited = 0;
        // No more is held than a slice: an answer of seconds is thrown away as it comes.
        byte[] answer = new byte[Math.Min(most, Math.Max(slice, BytesIn(expected)))];
        for (int length = answer.Length; ; length = slice)
        {
            Span<byte> samples = answer.AsSpan(0, length);
            master.Transfer([NorOpcode.ReadStatus1], samples);
            PollState state = StatusPoll.Read(samples, out int ready);
            Waited += ready;
            switch (state)
            {
                case PollState.Lost when ++lost < LostTries:
                    break;
                case PollState.Lost:
                    return state;
                case PollState.Busy:
                    wasBusy = true;
                    lost = 0;
                    break;
                default:
                    return wasBusy ? PollState.Finished : state;
            }
            TimeSpan passed = time.GetElapsedTime(started);
            bool bytesOver = Waited >= budget && (passed >= longest || Waited >= budget * SpeedError);
            if (bytesOver || passed > (longest * 4) + TimeSpan.FromSeconds(1))
                return PollState.Busy;
        }
    }
}
