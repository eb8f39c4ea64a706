using System.Buffers.Binary;
using System.Text;

namespace Unbrick.Hardware.Esp;

/// <summary>The commands of a ROM loader. Each is sent once; a null or false is for the caller to heal (<see cref="Recover"/>).</summary>
/// <param name="link">To the chip.</param>
public sealed class EspRom(EspLink link)
{
    private const byte ChecksumSeed = 0xEF;
    private const int SyncAnswers = 8, RegistersAtOnce = 8, CalmBursts = 16, MostResets = 12;

    /// <summary>07 07 12 20 and 32 × 55: the rate is measured on the latter.</summary>
    private static readonly byte[] s_sync = [0x07, 0x07, 0x12, 0x20, .. Enumerable.Repeat((byte)0x55, 32)];

    /// <summary>To program 256 bytes: 5 ms in the worst case of data sheets, and as much again.</summary>
    private static readonly TimeSpan s_page = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(60);

    private int _window = RegistersAtOnce, _calm;

    /// <summary>The line to it.</summary>
    public EspLink Link => link;

    /// <summary>A program that another tool has loaded answers, not the ROM.</summary>
    public bool IsProgram { get; private set; }

    /// <summary>Gets the chip back into its loader by the reset line; null where there is none.</summary>
    public Func<bool>? Reset { get; set; }

    /// <summary>Told when it answers nothing any more and only the reset line is left.</summary>
    public Action? Lost { get; set; }

    /// <summary>Connects the flash chip again.</summary>
    internal Action? Reconnect { get; set; }

    /// <summary>Several registers can be written by one command; found out by <see cref="EspSpi"/>.</summary>
    internal bool WritesSeveral { get; set; }

    /// <summary>Who has set the flash controller up for reading; null when something else used it since.</summary>
    internal EspSpi? Reader { get; set; }

    /// <summary>XOR of the bytes: eight bits, so that it proves little.</summary>
    public static byte Checksum(ReadOnlySpan<byte> block)
    {
        byte sum = ChecksumSeed;
        foreach (byte b in block)
            sum ^= b;
        return sum;
    }

    /// <summary>Asks the loader to find the rate; true when it answers. Late answers are taken off the line.</summary>
    public bool Sync(TimeSpan wait)
    {
        long started = link.Time.GetTimestamp();
        link.Send(EspOp.Sync, s_sync);
        EspAnswer? answer = link.Receive(EspOp.Sync, link.Wire(46 + 14) + wait);
        if (answer is not { Ok: true })
            return false;
        link.StatusBytes = answer.StatusBytes;
        IsProgram = answer.Value == 0;
        TimeSpan took = link.Time.GetElapsedTime(started);
        TimeSpan next = s_quiet + took;
        for (int i = 1; i < SyncAnswers; i++)
        {
            if (link.Receive(EspOp.Sync, next) is null)
                break;
        }
        link.Drain(TimeSpan.FromMilliseconds(15));
        link.Learn(took - link.Wire(60));
        return true;
    }

    /// <summary>
    /// Brings loader and host together again after something was lost: ends a half frame, takes off what is late, asks for an answer. False when there
    /// is none any more.
    /// </summary>
    public bool Recover()
    {
        const int attempts = 6;
        for (int i = 0; i < attempts; i++)
        {
            link.Flush(TimeSpan.FromMilliseconds(i == 0 ? 20 : 60));
            if (Sync(link.Patience))
                return Again();
        }
        if (link.Counts.Resets >= MostResets || Reset is not { } reset)
            return false;
        link.Counts.Resets++;
        Lost?.Invoke();
        return reset() && Again();

        // A damaged command may have made it start again: it is in its loader, and has forgotten its flash chip.
        bool Again()
        {
            Reconnect?.Invoke();
            return true;
        }
    }

    /// <summary>Reads a register; null when no answer came.</summary>
    public uint? ReadRegister(uint address)
    {
        return link.Command(EspOp.ReadReg, ReadOf(stackalloc byte[16], address)) is { Ok: true, Op: EspOp.ReadReg } answer ? answer.Value : null;
    }

    /// <summary>
    /// Reads registers that follow each other. Several commands are on the way at a time, no more than the chip's buffer for incoming bytes (128) holds;
    /// should one get lost all the same, then half as many from then on, until many went well again.
    /// </summary>
    /// <param name="address">Of the first.</param>
    /// <param name="values">Gets them.</param>
    public bool ReadRegisters(uint address, Span<uint> values)
    {
        Span<byte> data = stackalloc byte[16];
        for (int done = 0; done < values.Length;)
        {
            int count = Math.Min(_window, values.Length - done);
            for (int i = 0; i < count; i++)
            {
                link.Send(EspOp.ReadReg, ReadOf(data, address + (uint)((done + i) * 4)));
            }
            for (int i = 0; i < count; i++)
            {
                if (link.Receive(EspOp.ReadReg, link.Wire(count * 28) + link.Patience) is not { Ok: true, Op: EspOp.ReadReg } answer)
                {
                    link.Missed(EspOp.ReadReg, count - i);
                    (_window, _calm) = (Math.Max(1, _window / 2), 0);
                    return false;
                }
                values[done + i] = answer.Value;
            }
            done += count;
            if (_window < RegistersAtOnce && ++_calm >= CalmBursts)
                (_window, _calm) = (_window * 2, 0);
        }
        return true;
    }

    /// <summary>Writes registers in the order given; false when an answer is missing.</summary>
    public bool WriteRegisters(params ReadOnlySpan<(uint Address, uint Value)> rows)
    {
        const int row = 16, most = 8;
        Span<byte> data = stackalloc byte[row * most];
        int atOnce = WritesSeveral ? most : 1;
        for (int done = 0; done < rows.Length;)
        {
            int count = Math.Min(atOnce, rows.Length - done);
            for (int i = 0; i < count; i++)
            {
                (uint address, uint value) = rows[done + i];
                Words(data[(i * row)..], address, value, 0xFFFF_FFFF, 0);
            }
            if (link.Command(EspOp.WriteReg, data[..(count * row)]) is not { Ok: true, Op: EspOp.WriteReg })
                return false;
            done += count;
        }
        return true;
    }

    /// <summary>Begins to write, and erases. The ROM erases while it is waited for.</summary>
    /// <param name="op"><see cref="EspOp.FlashBegin"/> or <see cref="EspOp.DeflBegin"/>.</param>
    /// <param name="chip">For the number of words.</param>
    /// <param name="erase">Bytes to erase; of a stream its unpacked length.</param>
    /// <param name="blocks">Blocks that will follow.</param>
    /// <param name="block">Bytes of each.</param>
    /// <param name="offset">A multiple of 4096.</param>
    public EspAnswer? Begin(EspOp op, EspChip chip, int erase, int blocks, int block, uint offset)
    {
        ArgumentNullException.ThrowIfNull(chip);
        Reader = null;
        Span<byte> data = stackalloc byte[20];
        Words(data, (uint)erase, (uint)blocks, (uint)block, offset);
        BinaryPrimitives.WriteUInt32LittleEndian(data[16..], 0);
        return link.Command(op, data[..(chip.BeginWords * 4)], extra: EraseTime(erase));
    }

    /// <summary>Sends a block.</summary>
    /// <param name="op"><see cref="EspOp.FlashData"/> or <see cref="EspOp.DeflData"/>.</param>
    /// <param name="number">From 0.</param>
    /// <param name="block">The bytes.</param>
    /// <param name="extra">Time that writing may take, over the usual.</param>
    public EspAnswer? Data(EspOp op, int number, ReadOnlySpan<byte> block, TimeSpan extra = default)
    {
        Reader = null;
        byte[] data = new byte[16 + block.Length];
        Words(data, (uint)block.Length, (uint)number, 0, 0);
        block.CopyTo(data.AsSpan(16));
        return link.Command(op, data, Checksum(block), extra + (s_page * (block.Length / 256.0)));
    }

    /// <summary>MD5 of a range; null when no answer came.</summary>
    public byte[]? Md5(uint offset, int length)
    {
        Span<byte> data = stackalloc byte[16];
        Words(data, offset, (uint)length, 0, 0);
        TimeSpan computing = TimeSpan.FromSeconds(0.5 + (8.0 * length / (1 << 20)));
        EspAnswer? answer = link.Command(EspOp.FlashMd5, data, extra: computing);
        if (answer is not { Ok: true, Op: EspOp.FlashMd5 })
            return null;
        ReadOnlySpan<byte> digest = answer.Payload.Span;
        if (digest.Length == 16)
            return digest.ToArray();
        byte[] bytes = new byte[16];
        return digest.Length == 32 && Convert.FromHexString(Encoding.ASCII.GetString(digest), bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }

    /// <summary>Connects the flash chip (ESP32 and later).</summary>
    public bool Attach() => link.Command(EspOp.SpiAttach, new byte[8], extra: TimeSpan.FromSeconds(1)) is { Ok: true };

    /// <summary>Tells the ROM the size of the flash chip (ESP32 and later); without it anything beyond 2 or 4 MiB is refused.</summary>
    public bool SetFlashSize(long size)
    {
        byte[] data = new byte[24];
        Words(data, 0, (uint)size, 65536, 4096);
        Words(data.AsSpan(16), 256, 0xFFFF);
        return link.Command(EspOp.SpiSetParams, data) is { Ok: true };
    }

    /// <summary>Asks for the state of the chip's locks; null where the ROM has no such command.</summary>
    public EspAnswer? SecurityInfo() => link.Command(EspOp.SecurityInfo, []) is { Ok: true, Op: EspOp.SecurityInfo } answer ? answer : null;

    /// <summary>Changes the rate of the chip (ESP32 and later); the port is the caller's.</summary>
    public bool ChangeBaud(int baud)
    {
        byte[] data = new byte[8];
        Words(data, (uint)baud, 0);
        return link.Command(EspOp.ChangeBaud, data) is { Ok: true, Op: EspOp.ChangeBaud };
    }

    /// <summary>Leaves the loader: what is in flash is started. Not to be sent before all work is done.</summary>
    public bool Leave()
    {
        byte[] data = new byte[4];
        return link.Command(EspOp.FlashEnd, data) is { Ok: true };
    }

    /// <summary>
    /// An address to read. Commands other than data have no checksum, and one changed bit makes of "read register" (0a) "begin to write" (02), a lost
    /// byte makes of it "leave the loader" (04, which stands there as the length). On a line that does such things three more words follow: as "begin
    /// to write" they are refused for the size of the blocks, and the length stands for no command.
    /// </summary>
    private ReadOnlySpan<byte> ReadOf(Span<byte> data, uint address)
    {
        Words(data, address, 0, 0xFFFF_FFFF, 0xFFFF_FFFF);
        return link.Counts.Disturbed ? data[..16] : data[..4];
    }

    /// <summary>A sector takes up to 0.4 s in the worst case of data sheets, a block of 64 KiB 2 s.</summary>
    internal static TimeSpan EraseTime(int bytes) => TimeSpan.FromSeconds(bytes == 0 ? 0 : 2 + (bytes / 65536.0 * 2));

    internal static void Words(Span<byte> into, params ReadOnlySpan<uint> words)
    {
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(into[(i * 4)..], words[i]);
    }
}
