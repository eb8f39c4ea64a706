namespace Unbrick.Sim.Spi;

/// <content>Status registers: what is volatile, what stays, what cannot be taken back.</content>
public sealed partial class SimNor
{
    private const byte Busy = 0x01;
    private const byte Enabled = 0x02;
    private const byte StatusLock = 0x80;
    private const byte Lockdown = 0x01;
    private const byte SecurityLocks = 0x38;
    private const byte TopBottomOnce = 0x08;

    private readonly byte[] _kept = [0, 0, 0];
    private byte _sr1;
    private byte _sr2;
    private byte _sr3;

    /// <summary>Non-volatile status register 1, 2 or 3 (Macronix: 2 is the configuration register); setting it is not a command but a fact.</summary>
    /// <param name="number">1 to 3.</param>
    /// <param name="value">Its bits; WIP and WEL do not count.</param>
    public void SetStatus(int number, byte value)
    {
        _kept[number - 1] = number == 1 ? (byte)(value & 0xFC) : value;
        LoadStatus();
    }

    /// <summary>The value of a status register that stays when the power goes.</summary>
    /// <param name="number">1 to 3.</param>
    public byte KeptStatus(int number) => _kept[number - 1];

    private bool IsMacronix => Model.Status == NorStatusRegisters.StatusAndConfiguration;

    private bool HasStatus2 => Model.Status is NorStatusRegisters.TwoTogether or NorStatusRegisters.Three or NorStatusRegisters.ThreeApart;

    private bool HasStatus3 => Model.Status is NorStatusRegisters.Three or NorStatusRegisters.ThreeApart;

    private void LoadStatus() => (_sr1, _sr2, _sr3) = (_kept[0], _kept[1], _kept[2]);

    /// <summary>SRL without SRP locks until the power goes: it is gone afterwards.</summary>
    private void PowerOnStatus()
    {
        if (HasStatus2 && (_kept[1] & Lockdown) != 0 && (_kept[0] & StatusLock) == 0)
            _kept[1] &= unchecked((byte)~Lockdown);
        LoadStatus();
    }

    /// <summary>The status goes out again and again, each byte as it is at its moment.</summary>
    private bool TryReadStatus(byte opcode, Span<byte> read, long at, long byteTime)
    {
        switch (opcode)
        {
            case 0x05:
                for (int i = 0; i < read.Length; i++)
                    read[i] = Status1(at + i * byteTime);
                return true;
            case 0x35 when HasStatus2:
                read.Fill(_sr2);
                return true;
            case 0x15 when HasStatus3:
                read.Fill((byte)(_fourByte ? _sr3 | 1 : _sr3 & ~1));
                return true;
            case 0x15 when IsMacronix:
                read.Fill((byte)(_fourByte ? _sr2 | 0x20 : _sr2));
                return true;
            default:
                return false;
        }
    }

    private byte Status1(long at)
    {
        Settle(at);
        return (byte)(_sr1 & 0xFC | (_work is null ? 0 : Busy) | (_writeEnabled ? Enabled : 0));
    }

    private void WriteStatus(byte opcode, ReadOnlySpan<byte> values, long end)
    {
        bool together = Model.Status is NorStatusRegisters.TwoTogether or NorStatusRegisters.Three or NorStatusRegisters.StatusAndConfiguration;
        if (values.IsEmpty || values.Length > (opcode == 0x01 && together ? 2 : 1))
            return;
        if (!_writeEnabled && !_volatileEnabled)
        {
            Counts.NotEnabled++;
            return;
        }
        if (IsStatusLocked())
        {
            Refuse();
            return;
        }
        bool stays = _writeEnabled;
        _volatileEnabled = false;
        if (opcode == 0x01)
        {
            _sr1 = (byte)(values[0] & 0xFC);
            if (values.Length == 2)
                SetSecond(values[1]);
            else if (Model.Status == NorStatusRegisters.TwoTogether)
                _sr2 &= SecurityLocks;
        }
        else if (opcode == 0x31)
        {
            SetSecond(values[0]);
        }
        else
        {
            _sr3 = values[0];
        }
        if (!stays)
            return;
        (_kept[0], _kept[1], _kept[2]) = (_sr1, _sr2, _sr3);
        Begin(end, Model.StatusTime, new NorWork(Memory<byte>.Empty, [], erases: false));
    }

    /// <summary>Locks of the security registers, and Macronix' choice of top or bottom, can be set but never be cleared.</summary>
    private void SetSecond(byte value)
    {
        byte once = IsMacronix ? TopBottomOnce : SecurityLocks;
        _sr2 = (byte)(value & ~once | (_sr2 | value) & once);
    }

    private bool IsStatusLocked() => (HasStatus2 && (_sr2 & Lockdown) != 0) || ((_sr1 & StatusLock) != 0 && IsWriteProtectLow);

    private bool IsLocked(int register) => HasStatus2 && (_sr2 >> (2 + register) & 1) != 0;

    private bool IsProtected(int from, int length)
    {
        (int first, int end) = NorProtection.Range(Model, _sr1, _sr2);
        return from < end && from + length > first;
    }

    /// <summary>Dropped; Macronix takes WEL back, the others leave it set.</summary>
    private void Refuse()
    {
        Counts.Protected++;
        if (IsMacronix)
            _writeEnabled = false;
    }
}
