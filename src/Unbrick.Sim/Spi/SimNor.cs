using Unbrick.Sim.Cables;

namespace Unbrick.Sim.Spi;

/// <summary>
/// A serial NOR flash as it looks through its six wires. Pure: bytes in, bytes out, and the moment is told with every chip-select, so that a chip
/// erase of forty seconds takes no time at all. Erasing sets bits, programming only clears them and wraps inside of its page; while it is busy
/// it answers for its status and drops everything else without a sign, as it does with what is protected or was not enabled. Any
/// sequence of bytes is fine; nothing throws.
/// </summary>
public sealed partial class SimNor : ISimSpiChip
{
    private const byte Erased = 0xFF;
    private static readonly TimeSpan s_resetTime = TimeSpan.FromMicroseconds(30);
    private static readonly TimeSpan s_wakeTime = TimeSpan.FromMicroseconds(3);

    private readonly byte[] _array;
    private readonly byte[][] _security;
    private readonly byte[] _sfdp;
    private readonly byte[] _uniqueId = new byte[8];
    private readonly ulong _seed;
    private NorWork? _work;
    private long _deafUntil;
    private bool _writeEnabled;
    private bool _volatileEnabled;
    private bool _fourByte;
    private bool _asleep;

    /// <summary>What is beside the array stands in its place.</summary>
    private bool _shown;
    private bool _resetEnabled;
    private byte _extendedAddress;
    private bool _powered = true;

    /// <summary>A chip fresh from its maker, or one with a content.</summary>
    /// <param name="model">What it is.</param>
    /// <param name="content">Becomes the array from address 0, without a copy if it is as long as the chip; what is missing is erased.</param>
    /// <param name="seed">Makes the unique id, and what a power cut leaves behind.</param>
    public SimNor(SimNorModel model, byte[]? content = null, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        _seed = seed;
        _array = content?.Length == model.Size ? content : new byte[model.Size];
        if (_array != content)
        {
            int known = Math.Min(content?.Length ?? 0, model.Size);
            content.AsSpan(0, known).CopyTo(_array);
            _array.AsSpan(known).Fill(Erased);
        }
        _security = new byte[model.Security?.Count ?? 0][];
        for (int i = 0; i < _security.Length; i++)
        {
            _security[i] = new byte[model.Security!.Size];
            _security[i].AsSpan().Fill(Erased);
        }
        _sfdp = SimNorSfdp.Build(model);
        BitConverter.TryWriteBytes(_uniqueId, CableDraw.Mix(seed ^ 0x5349_4d4e_4f52_0001 ^ (ulong)model.Size));
        LoadStatus();
    }

    /// <summary>What it is.</summary>
    public SimNorModel Model { get; }

    /// <inheritdoc/>
    public string Name => Model.Name;

    /// <inheritdoc/>
    public long Size => Model.Size;

    /// <summary>What it was asked for and did since its power came.</summary>
    public SimNorCounts Counts { get; } = new();

    /// <summary>
    /// The array itself, as no programmer sees it; a program or erase that is under way shows as done. Writing to it is a way to bring bad cells.
    /// </summary>
    public Memory<byte> Content => _array;

    /// <summary>WP# is pulled low: while SRP is set, the status registers cannot be written.</summary>
    public bool IsWriteProtectLow { get; set; }

    /// <summary>Times are this much longer than typical: 10 for a worn chip.</summary>
    public double Slowness { get; set; } = 1;

    /// <summary>The eight bytes that 4B answers.</summary>
    public ReadOnlySpan<byte> UniqueId => _uniqueId;

    /// <summary>A security register, or what there is beside the array.</summary>
    /// <param name="index">From 1, as data sheets count them.</param>
    public Span<byte> SecurityRegister(int index) => _security[index - 1];

    /// <summary>One chip-select.</summary>
    /// <param name="write">What is shifted in.</param>
    /// <param name="read">Gets what is shifted out behind it; FF where the chip drives nothing.</param>
    /// <param name="at">When the chip is selected, nanoseconds on the clock of the bench; never before the end of the last call.</param>
    /// <param name="byteTime">How long a byte takes, nanoseconds.</param>
    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read, long at, long byteTime)
    {
        read.Fill(0xFF);
        if (!_powered || write.IsEmpty)
            return;
        byte opcode = write[0];
        Counts.Selects++;
        Counts.Bytes += write.Length + read.Length;
        Counts.Add(opcode);
        Settle(at);
        long end = at + (write.Length + read.Length) * byteTime;
        bool resets = _resetEnabled;
        _resetEnabled = false;
        if (at < _deafUntil || (_asleep && opcode != 0xAB))
            return;
        if (TryReadStatus(opcode, read, at + write.Length * byteTime, byteTime))
            return;
        if (_work is not null)
        {
            Counts.IgnoredBusy++;
            return;
        }
        if (TryRead(opcode, write, read))
            Wake(opcode, end);
        else
            Act(opcode, write, read.Length, end, resets);
    }

    /// <summary>
    /// The power goes: a program or erase that is under way stays half done (bits in between are drawn by the seed), volatile settings are lost, and
    /// nothing is answered until <see cref="PowerOn"/>.
    /// </summary>
    /// <param name="at">When, nanoseconds.</param>
    public void PowerOff(long at)
    {
        Settle(at);
        _work?.LeaveHalfDone(at, CableDraw.Mix(_seed ^ (ulong)at));
        _work = null;
        _powered = false;
    }

    /// <summary>The power is back: registers have their non-volatile values, three-byte addresses, nothing enabled.</summary>
    public void PowerOn()
    {
        _powered = true;
        Reset();
        _deafUntil = 0;
        PowerOnStatus();
    }

    /// <summary>When the program, erase or status write that is under way at a moment ends; that moment when none is. Nanoseconds.</summary>
    public long BusyUntil(long at) => _work is { } work ? Math.Max(at, work.Until) : at;

    internal void SetUniqueId(ReadOnlySpan<byte> id) => id.CopyTo(_uniqueId);

    private void Settle(long at)
    {
        if (_work is null || at < _work.Until)
            return;
        _work = null;
        _writeEnabled = false;
    }

    private void Begin(long at, TimeSpan time, NorWork work)
    {
        TimeSpan takes = time * Math.Clamp(Slowness, 0, 10_000);
        work.From = at;
        work.Until = at + takes.Ticks * TimeSpan.NanosecondsPerTick;
        Counts.Busy += takes;
        _work = work;
    }

    private void Wake(byte opcode, long end)
    {
        if (opcode != 0xAB || !_asleep)
            return;
        _asleep = false;
        _deafUntil = end + s_wakeTime.Ticks * TimeSpan.NanosecondsPerTick;
    }

    private void Reset()
    {
        _writeEnabled = _volatileEnabled = _fourByte = _asleep = _shown = _resetEnabled = false;
        _extendedAddress = 0;
        LoadStatus();
    }
}
