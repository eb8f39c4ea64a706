namespace Unbrick.Hardware.Spi.Flash;

/// <summary>Erases one block at a time and waits for it, with a limit.</summary>
internal sealed class SpiFlashEraser(ISpiMaster master, SpiChip chip, TimeProvider time, SpiAddressing addressing, IdCheck id)
{
    private const int Tries = 2;

    private readonly BusyWait _wait = new(master, time);
    private readonly Dictionary<byte, TimeSpan> _seen = [];

    public EraseResult Erase(int address, EraseCommand command)
    {
        for (int i = 1; ; i++)
        {
            addressing.Enter(address);
            SpiTransfer[] start = [new(new[] { NorOpcode.WriteEnable }, default), new(addressing.Erase(command.Opcode, address), default)];
            master.Queue(start, _ => true);
            switch (_wait.UntilReady(Expected(command), command.Longest))
            {
                case PollState.Finished:
                    TimeSpan took = TimeSpan.FromSeconds((double)_wait.Waited / _wait.BytesIn(TimeSpan.FromSeconds(1)));
                    _seen[command.Opcode] = took;
                    // Zeros look like an idle chip: only its id tells that it is still there.
                    return new(id.IsThere() ? FlashOutcome.Done : FlashOutcome.NoContact, took);
                case PollState.Busy:
                    return new(FlashOutcome.Late, command.Longest);
                case PollState.Lost:
                    return new(FlashOutcome.NoContact, TimeSpan.Zero);
                case PollState.Unseen when !id.IsThere():
                    return new(FlashOutcome.NoContact, TimeSpan.Zero);
                case PollState.Unseen when IsBlank(address, command.Size):
                    return new(FlashOutcome.Done, TimeSpan.Zero);
                default:
                    master.Transfer([NorOpcode.WriteDisable], []);
                    if (i < Tries)
                        break;
                    return new(id.IsThere() ? FlashOutcome.Refused : FlashOutcome.NoContact, TimeSpan.Zero);
            }
        }
    }

    /// <summary>As long as the last one took, else what the chip says, else what such chips need (45, 120, 150 ms for 4, 32, 64 KiB).</summary>
    private TimeSpan Expected(EraseCommand command) =>
        _seen.TryGetValue(command.Opcode, out TimeSpan seen) ? seen * 1.01 : command.Typical ?? EraseTimes.Typical(command.Size);

    private bool IsBlank(int address, int size)
    {
        byte[] data = new byte[Math.Min(size, chip.Size - address)];
        SpiFlashReader reader = new(master, addressing, id);
        ReadResult read = reader.Read(address, data, progress: null, CancellationToken.None);
        return read.Doubtful.IsEmpty && !data.AsSpan().ContainsAnyExcept(chip.Erased);
    }
}
