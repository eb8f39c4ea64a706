using Unbrick.Hardware.Spi;

namespace Unbrick.Sim.Spi;

/// <content>Commands that change something. They act when the chip is deselected, and only if no bit was missing or too many.</content>
public sealed partial class SimNor
{
    private static readonly TimeSpan s_programStart = TimeSpan.FromMicroseconds(30);
    private static readonly TimeSpan s_programByte = TimeSpan.FromMicroseconds(2.5);

    /// <summary>Acts at the end of a chip-select.</summary>
    /// <param name="opcode">The command.</param>
    /// <param name="write">All that was written.</param>
    /// <param name="more">Bytes that were clocked behind it.</param>
    /// <param name="end">Nanoseconds.</param>
    /// <param name="resets">The command before was 66.</param>
    private void Act(byte opcode, ReadOnlySpan<byte> write, int more, long end, bool resets)
    {
        if (write.Length + more == 1)
            Switch(opcode, end, resets);
        else if (opcode is 0x01 || (opcode is 0x31 && HasStatus2) || (opcode is 0x11 && HasStatus3))
            WriteStatus(opcode, more == 0 ? write[1..] : [], end);
        else if (opcode == 0x02 && _shown)
            ProgramSecurity(write, end);
        else if (opcode == 0x02)
            Program(write, _fourByte ? 4 : 3, end);
        else if (opcode == 0x12 && (Model.FourByte & FourByteWays.Writes) != 0)
            Program(write, 4, end);
        else if (opcode == 0x42 && Model.Security?.Enter is null)
            ProgramSecurity(write, end);
        else if (more == 0)
            ActExactly(opcode, write, end);
    }

    /// <summary>Commands of one byte.</summary>
    private void Switch(byte opcode, long end, bool resets)
    {
        switch (opcode)
        {
            case 0x06:
                _writeEnabled = true;
                break;
            case 0x04:
                _writeEnabled = _volatileEnabled = false;
                _shown &= Model.Security?.Leave != opcode;
                break;
            case 0x50 when HasStatus2:
                _volatileEnabled = true;
                break;
            case 0x66:
                _resetEnabled = true;
                break;
            case 0x99 when resets:
                Reset();
                _deafUntil = end + s_resetTime.Ticks * TimeSpan.NanosecondsPerTick;
                break;
            case 0xB7 or 0xE9:
                SwitchAddresses(opcode == 0xB7);
                break;
            case 0x3A or 0xB1 when Model.Security?.Enter == opcode:
                _shown = true;
                break;
            case 0xC1 when Model.Security is { Enter: not null, Leave: 0xC1 }:
                _shown = false;
                break;
            case 0xB9:
                _asleep = true;
                break;
            case 0x60 or 0xC7:
                Erase(0, Model.Size, Model.ChipTime, end);
                break;
        }
    }

    private void SwitchAddresses(bool four)
    {
        bool wantsEnable = (Model.FourByte & FourByteWays.ModeAfterWriteEnable) != 0;
        if ((Model.FourByte & (FourByteWays.Mode | FourByteWays.ModeAfterWriteEnable)) == 0 || (wantsEnable && !_writeEnabled))
            return;
        _fourByte = four;
        if (wantsEnable)
            _writeEnabled = false;
    }

    /// <summary>Commands with an address or a value and nothing behind it.</summary>
    private void ActExactly(byte opcode, ReadOnlySpan<byte> write, long end)
    {
        int addressBytes = _fourByte ? 4 : 3;
        if (opcode == 0x44)
        {
            if (write.Length == 1 + addressBytes)
                EraseSecurity(write, addressBytes, end);
            return;
        }
        if (opcode == 0xC5)
        {
            if (write.Length == 2 && (Model.FourByte & FourByteWays.Register) != 0 && _writeEnabled)
                (_extendedAddress, _writeEnabled) = (write[1], false);
            return;
        }
        bool four = opcode is 0x21 or 0xDC && (Model.FourByte & FourByteWays.Writes) != 0;
        byte plain = !four ? opcode : opcode == 0x21 ? (byte)0x20 : (byte)0xD8;
        foreach (EraseCommand erase in Model.Erases)
        {
            if (erase.Opcode != plain || write.Length != 1 + (four ? 4 : addressBytes))
                continue;
            int address = Address(write, write.Length - 1);
            Erase(address & -erase.Size, erase.Size, erase.Typical ?? erase.Longest, end);
        }
    }

    private void Program(ReadOnlySpan<byte> write, int addressBytes, long end)
    {
        if (write.Length <= 1 + addressBytes)
            return;
        int address = Address(write, addressBytes);
        int page = address & -Model.Page;
        if (!MayWrite(page, Model.Page))
            return;
        Counts.Programs++;
        Clear(_array.AsMemory(page, Model.Page), address - page, write[(1 + addressBytes)..], end);
    }

    private void ProgramSecurity(ReadOnlySpan<byte> write, long end)
    {
        int addressBytes = _fourByte ? 4 : 3;
        if (write.Length <= 1 + addressBytes || SecurityAt(write, addressBytes) is not (int register, int at))
            return;
        if (!MayWriteSecurity(register))
            return;
        byte[] cells = _security[register - 1];
        int page = Math.Min(Model.Page, cells.Length);
        Clear(cells.AsMemory(at & -page, page), at % page, write[(1 + addressBytes)..], end);
    }

    private void EraseSecurity(ReadOnlySpan<byte> write, int addressBytes, long end)
    {
        if (SecurityAt(write, addressBytes) is not (int register, _) || !MayWriteSecurity(register))
            return;
        Fill(_security[register - 1], Model.Erases[0].Typical ?? Model.Erases[0].Longest, end);
    }

    /// <summary>Only the last page full of bytes counts, each at its place, going round; bits only go from 1 to 0.</summary>
    private void Clear(Memory<byte> page, int at, ReadOnlySpan<byte> data, long end)
    {
        byte[] before = page.ToArray();
        Span<byte> cells = page.Span;
        Span<byte> wanted = stackalloc byte[cells.Length];
        wanted.Fill(0xFF);
        for (int i = Math.Max(0, data.Length - cells.Length); i < data.Length; i++)
            wanted[(at + i) % cells.Length] = data[i];
        for (int i = 0; i < cells.Length; i++)
        {
            if (wanted[i] != 0xFF && (wanted[i] & ~cells[i]) != 0)
                Counts.BitsNotSet++;
            cells[i] &= wanted[i];
        }
        TimeSpan time = s_programStart + s_programByte * Math.Min(data.Length, cells.Length);
        Begin(end, time < Model.PageTime ? time : Model.PageTime, new NorWork(page, before, erases: false));
    }

    private void Erase(int from, int length, TimeSpan time, long end)
    {
        if (!MayWrite(from, length))
            return;
        Counts.ErasedBytes += length;
        Fill(_array.AsMemory(from, length), time, end);
    }

    private void Fill(Memory<byte> cells, TimeSpan time, long end)
    {
        byte[] before = cells.ToArray();
        cells.Span.Fill(Erased);
        Begin(end, time, new NorWork(cells, before, erases: true));
    }

    private bool MayWrite(int from, int length)
    {
        if (!_writeEnabled)
        {
            Counts.NotEnabled++;
            return false;
        }
        if (!IsProtected(from, length))
            return true;
        Refuse();
        return false;
    }

    private bool MayWriteSecurity(int register)
    {
        if (!_writeEnabled)
        {
            Counts.NotEnabled++;
            return false;
        }
        if (!IsLocked(register))
            return true;
        Refuse();
        return false;
    }
}
