namespace Unbrick.Hardware.Spi.Flash;

/// <summary>
/// What can be asked of any serial NOR flash before it is known which one it is. Nothing here changes the array, a register or an address
/// mode. Answers are raw: without contact they are FF or 00 like the wire.
/// </summary>
/// <param name="master">The programmer.</param>
public sealed class NorCommands(ISpiMaster master)
{
    /// <summary>Bytes of a unique id (Winbond, GigaDevice and others).</summary>
    public const int UniqueIdLength = 8;

    /// <summary>Most bytes of an SFDP area: addresses of three bytes.</summary>
    public const int SfdpLimit = 0x100_0000;

    private const int StatusSamples = 4;

    /// <summary><c>9F</c>.</summary>
    /// <param name="id">Maker, type, size code, and more where a chip has more; all of it is filled.</param>
    public void ReadId(Span<byte> id) => master.Transfer([NorOpcode.ReadId], id);

    /// <summary><c>AB</c> with three dummy bytes: also ends deep power-down, after which the chip needs about 30 microseconds.</summary>
    /// <returns>The one byte by which old chips tell themselves apart.</returns>
    public byte WakeUp()
    {
        Span<byte> answer = stackalloc byte[1];
        master.Transfer([NorOpcode.WakeUp, 0, 0, 0], answer);
        return answer[0];
    }

    /// <summary><c>5A</c>: the table in which a chip describes itself (JESD216).</summary>
    /// <param name="address">Inside of the table.</param>
    /// <param name="table">Filled to its end or to what the programmer takes at a time.</param>
    public void ReadSfdp(int address, Span<byte> table)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(address);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address, SfdpLimit - table.Length);
        while (!table.IsEmpty)
        {
            int length = Math.Min(table.Length, master.Info.MaxRead);
            master.Transfer([NorOpcode.ReadSfdp, (byte)(address >> 16), (byte)(address >> 8), (byte)address, 0], table[..length]);
            table = table[length..];
            address += length;
        }
    }

    /// <summary><c>4B</c> with four dummy bytes, as a chip with addresses of three bytes wants it.</summary>
    /// <param name="id">Filled; <see cref="UniqueIdLength"/> bytes where the chip has one, and FF or 00 where it has none.</param>
    public void ReadUniqueId(Span<byte> id) => master.Transfer([NorOpcode.ReadUniqueId, 0, 0, 0, 0], id);

    /// <summary><c>03</c> with three address bytes: the first 16 MiB of a chip that is in no other mode.</summary>
    /// <param name="address">Below 16 MiB.</param>
    /// <param name="data">Filled.</param>
    public void Read(int address, Span<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(address);
        while (!data.IsEmpty)
        {
            int length = Math.Min(data.Length, master.Info.MaxRead);
            master.Transfer([NorOpcode.Read, (byte)(address >> 16), (byte)(address >> 8), (byte)address], data[..length]);
            data = data[length..];
            address += length;
        }
    }

    /// <summary>Status register 1, several times in one answer (<c>05</c> repeats it).</summary>
    /// <param name="samples">Filled; at least one byte.</param>
    public void ReadStatus(Span<byte> samples) => master.Transfer([NorOpcode.ReadStatus1], samples);

    /// <summary>
    /// Gets a chip to listen: out of deep power-down, and, only when it does not answer as a chip does, out of the four-line and
    /// continuous-read modes that a system may have left it in (FF, then 66 and 99). A chip that is busy is waited for, and never reset:
    /// that would break off a write.
    /// </summary>
    /// <param name="time">Bounds the wait a second time, see <see cref="WakeResult.StillBusy"/>.</param>
    public WakeResult Wake(TimeProvider time)
    {
        WakeUp();
        if (Answers())
            return Settle(time, wasReset: false);
        master.Transfer([NorOpcode.LeaveContinuousRead], []);
        master.Transfer([NorOpcode.LeaveContinuousRead, NorOpcode.LeaveContinuousRead], []);
        WakeUp();
        if (Answers())
            return Settle(time, wasReset: false);
        if (IsBusy())
            return Settle(time, wasReset: false);
        master.Transfer([NorOpcode.EnableReset], []);
        master.Transfer([NorOpcode.Reset], []);
        // 30 microseconds as a rule until it listens again (tRST); these reads are for their time alone.
        Span<byte> pause = stackalloc byte[64];
        ReadStatus(pause);
        WakeUp();
        return Answers() ? Settle(time, wasReset: true) : WakeResult.Silent;
    }

    /// <summary>An answer to <c>9F</c> that is neither all ones nor all zeros.</summary>
    public bool Answers()
    {
        Span<byte> id = stackalloc byte[3];
        ReadId(id);
        return !IsBlank(id);
    }

    /// <summary>All bytes FF or all bytes 00: what a wire says that nobody drives.</summary>
    internal static bool IsBlank(ReadOnlySpan<byte> answer) =>
        !answer.ContainsAnyExcept((byte)0xFF) || !answer.ContainsAnyExcept((byte)0);

    private WakeResult Settle(TimeProvider time, bool wasReset)
    {
        BusyWait wait = new(master, time);
        if (!IsBusy())
            return wasReset ? WakeResult.AwakeAfterReset : WakeResult.Awake;
        // The longest that anything but a chip erase takes; see spinor: 64K erase 2 to 3 s at the most.
        return wait.UntilReady(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(4)) == PollState.Busy ? WakeResult.StillBusy : WakeResult.AwakeAfterWait;
    }

    private bool IsBusy()
    {
        Span<byte> samples = stackalloc byte[StatusSamples];
        ReadStatus(samples);
        return !IsBlank(samples) && !samples.ContainsAnyExcept(samples[0]) && (samples[0] & StatusPoll.Busy) != 0;
    }
}
