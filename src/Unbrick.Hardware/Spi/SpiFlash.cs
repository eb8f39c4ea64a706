using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Hardware.Spi;

/// <summary>
/// One serial NOR flash behind a programmer: reads, erases and programs it, and says how that ended as a value. Every wait has an end, an
/// erase is never wider than asked for, and what is changed beside the array (protection, address mode) is put back by
/// <see cref="Restore"/>. Nothing here knows what the bytes are: backup, plan and verification are the caller's.
/// </summary>
public sealed class SpiFlash
{
    private readonly SpiAddressing _addressing;
    private readonly IdCheck _id;
    private readonly SpiFlashReader _reader;
    private readonly SpiFlashEraser _eraser;
    private readonly SpiFlashProgrammer _programmer;
    private readonly StatusRegisters _registers;
    private readonly SpiProtection _protection;
    private readonly SecurityReader _security;
    private readonly BusyWait _wait;

    /// <param name="master">The programmer; stays the caller's.</param>
    /// <param name="chip">Which chip it is, as identified.</param>
    /// <param name="time">A second bound for waits, which are counted in bytes first.</param>
    public SpiFlash(ISpiMaster master, SpiChip chip, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(master);
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(time);
        if (chip.Program is ProgramMethod.DataFlash or ProgramMethod.Eeprom)
            throw new ArgumentException($"{chip.Name} is addressed in another way than serial NOR flash", nameof(chip));
        Chip = chip;
        Commands = new(master);
        _addressing = new(master, chip);
        _id = new(master, chip);
        _wait = new(master, time);
        _reader = new(master, _addressing, _id);
        _eraser = new(master, chip, time, _addressing, _id);
        _programmer = new(master, chip, time, _addressing, _id);
        _registers = new(master, chip, time);
        _protection = new(_registers, chip);
        _security = new(master, chip, _addressing, _registers);
    }

    /// <summary>What is known of it.</summary>
    public SpiChip Chip { get; }

    /// <summary>What any chip can be asked.</summary>
    public NorCommands Commands { get; }

    /// <summary>The chip answers with its id, at the first or the second time. True for a chip that has no id to ask for.</summary>
    public bool IsThere() => _id.IsThere();

    /// <summary>The unique id, twice the same and neither all ones nor all zeros; null when there is none.</summary>
    public byte[]? ReadUniqueId()
    {
        _addressing.EnterThree();
        byte[] one = new byte[NorCommands.UniqueIdLength];
        byte[] other = new byte[NorCommands.UniqueIdLength];
        Commands.ReadUniqueId(one);
        Commands.ReadUniqueId(other);
        return one.AsSpan().SequenceEqual(other) && !NorCommands.IsBlank(one) ? one : null;
    }

    /// <summary>Waits until the chip is idle.</summary>
    /// <param name="longest">Given up at about twice of it.</param>
    /// <returns>
    /// <see cref="FlashOutcome.Done"/>, <see cref="FlashOutcome.Late"/>, or <see cref="FlashOutcome.NoContact"/> when it does not answer as itself.
    /// </returns>
    public FlashOutcome WaitIdle(TimeSpan longest) => _wait.UntilReady(TimeSpan.Zero, longest) switch
    {
        PollState.Busy => FlashOutcome.Late,
        PollState.Lost => FlashOutcome.NoContact,
        _ => _id.IsThere() ? FlashOutcome.Done : FlashOutcome.NoContact,
    };

    /// <summary>Reads a range in pieces of 64 KiB.</summary>
    /// <param name="address">Of its first byte.</param>
    /// <param name="into">Filled from the start on.</param>
    /// <param name="progress">Gets the bytes that are read, after each piece.</param>
    /// <param name="cancellation">Looked at between pieces; what was read until then stays.</param>
    public ReadResult Read(int address, Memory<byte> into, Action<int>? progress, CancellationToken cancellation)
    {
        CheckRange(address, into.Length);
        return _reader.Read(address, into, progress, cancellation);
    }

    /// <summary>Erases one block and waits for it.</summary>
    /// <param name="address">Of its first byte: a multiple of the command's size.</param>
    /// <param name="command">One of <see cref="SpiChip.Erases"/>.</param>
    public EraseResult Erase(int address, EraseCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        CheckRange(address, command.Size);
        CheckWritable();
        if (address % command.Size != 0)
            throw new ArgumentException($"0x{address:X6} is no start of {command.Size} bytes: the chip would erase below it", nameof(address));
        return _eraser.Erase(address, command);
    }

    /// <summary>
    /// Programs a range page by page. Pages that are to be FF, or are already as they should be, are left alone. Bits go from 1 to 0 only:
    /// what is not so has to be erased before.
    /// </summary>
    /// <param name="address">Of its first byte.</param>
    /// <param name="data">What is to stand there.</param>
    /// <param name="present">What stands there now, as long as <paramref name="data"/>; empty when the range is erased.</param>
    /// <param name="progress">Gets the bytes that the chip is known to have taken, after each page.</param>
    /// <param name="cancellation">Looked at after each page.</param>
    public ProgramResult Program(
        int address, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> present, Action<int>? progress, CancellationToken cancellation)
    {
        CheckRange(address, data.Length);
        CheckWritable();
        if (!present.IsEmpty && present.Length != data.Length)
            throw new ArgumentException($"{present.Length} bytes for {data.Length}", nameof(present));
        return _programmer.Program(address, data, present, progress, cancellation);
    }

    /// <summary>The status registers; null when the answers differ or are all ones.</summary>
    public SpiStatus? ReadStatus() => _registers.Read();

    /// <summary>Lifts block protection until power-off or <see cref="Restore"/>; again after a contact that was lost.</summary>
    public ProtectionResult Unprotect() => _protection.Lift();

    /// <summary>The registers beside the array, with their lock bits.</summary>
    /// <param name="mayEnter">Chips that show them only in a mode of its own may be brought into it. Not where something is written later.</param>
    public SecurityDump ReadSecurity(bool mayEnter) => _security.Read(mayEnter);

    /// <summary>Puts back protection and address mode as they were found.</summary>
    /// <returns>False when the chip did not answer or did not take the protection back: until power-off it is open.</returns>
    public bool Restore()
    {
        bool isRestored = _protection.Restore();
        _addressing.Restore();
        return isRestored;
    }

    private void CheckWritable()
    {
        if (Chip.Program == ProgramMethod.None)
            throw new InvalidOperationException($"{Chip.Name} cannot be written");
    }

    private void CheckRange(int address, int length)
    {
        if (address < 0 || length < 0 || address > Chip.Size - length)
            throw new ArgumentOutOfRangeException(nameof(address), $"0x{address:X6} and {length} bytes are not inside of {Chip.Size} bytes");
    }
}
