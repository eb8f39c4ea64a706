namespace Unbrick.Sim.Esp;

/// <content>Writing to flash and RAM, as all of the ROMs do it.</content>
internal sealed partial class EspRom
{
    private const int Sector = 0x1000, MostBlock = 0x1000, MostMemoryBlock = 0x1800;

    private Download? _flashing;
    private Download? _loading;
    private int _chipSize = 4 << 20;

    /// <summary>A stretch that is being written; the number of the next block, and where it goes.</summary>
    private sealed class Download(uint at, uint blocks)
    {
        public uint At { get; set; } = at;

        public uint Blocks => blocks;

        public uint Next { get; set; }
    }

    /// <summary>erase bytes, blocks, block size, offset. See esp-rom.md §2; the erase is not always as long as it was asked for.</summary>
    private void BeginFlash(int length)
    {
        uint size = Word(0), blocks = Word(4), blockSize = Word(8), offset = length >= 16 ? Word(12) : 0;
        if (_model.Is8266)
            _spi.IsAttached = true;
        if (blockSize > MostBlock)
        {
            Reply(Begin, 1, BadMessage);
            return;
        }
        if (!_spi.IsAttached || (!_model.Is8266 && (ulong)offset + size > (ulong)_chipSize))
        {
            Reply(Begin, 1, Failed);
            return;
        }
        _flashing = new Download(offset, blocks);
        if (offset % Sector != 0) // nothing is erased, and yet data is taken
        {
            Reply(Begin, 1, Failed);
            return;
        }
        Erase(offset, size);
        Reply(Begin);
    }

    /// <summary>
    /// The ESP8266 erases n + min(n, head) sectors for n that were asked for, where head are those up to the next 64 KiB (measured, 14 cases).
    /// </summary>
    private void Erase(uint offset, uint size)
    {
        if (size == 0 || offset >= _flash.Size)
            return;
        int first = (int)(offset / Sector), count = (int)Math.Min((size + (ulong)Sector - 1) / Sector, (ulong)(_flash.Size / Sector));
        if (_model.Is8266)
            count += Math.Min(count, 16 - first % 16);
        _flash.Erase(first * Sector, count);
    }

    /// <summary>length, number, 0, 0, bytes. The number must be the next one; a bad checksum uses it up and does not move the place.</summary>
    private void WriteFlash(int length, uint checksum)
    {
        uint count = Word(0), number = Word(4);
        if (_flashing is not { } flashing || count > MostBlock || length < 16 || number != flashing.Next || (_model.Is8266 && number >= flashing.Blocks))
        {
            Reply(Data, 1, BadMessage);
            return;
        }
        flashing.Next++;
        if (length - 16 != count || Checksum(_frame.AsSpan(Header + 16, (int)count)) != (byte)checksum)
        {
            Reply(Data, 1, BadChecksum);
            return;
        }
        if (Write(flashing, _frame.AsSpan(Header + 16, (int)count)))
            Reply(Data);
        else
            Reply(Data, 1, BadWrite);
    }

    private bool Write(Download to, ReadOnlySpan<byte> bytes)
    {
        if (_faults.FailingSector is { } bad && bad / Sector >= to.At / Sector && bad / Sector <= (to.At + bytes.Length - 1) / Sector)
            return false;
        _flash.Program((int)(to.At & (uint)(_flash.Size - 1)), bytes);
        to.At += (uint)bytes.Length;
        return true;
    }

    /// <summary>Whatever it says about rebooting, the loader is left; with nothing to boot it is a dead end.</summary>
    private void EndFlash(byte op)
    {
        byte[] first = new byte[1];
        _flash.Read(_model.BootOffset, first);
        bool complete = _flashing is not { } flashing || flashing.Next >= flashing.Blocks;
        if (first[0] == 0xE9 && complete)
        {
            Reply(op);
            _host.LeaveForFlash(_flash.Now);
            return;
        }
        Reply(op, 1, Failed);
        _host.Send("ets_main.c "u8, _flash.Now);
        _host.LeaveForRam(_flash.Now);
    }

    private void BeginMemory()
    {
        if (Word(8) > MostMemoryBlock || !_memory.IsMapped(Word(12)))
        {
            Reply(MemoryBegin, 1, BadMessage);
            return;
        }
        _loading = new Download(Word(12), Word(4));
        Reply(MemoryBegin);
    }

    private void WriteMemory(int length, uint checksum)
    {
        uint count = Word(0), number = Word(4);
        if (_loading is not { } loading || count > MostMemoryBlock || number != loading.Next)
        {
            Reply(MemoryData, 1, BadMessage);
            return;
        }
        loading.Next++;
        if (length - 16 != count || Checksum(_frame.AsSpan(Header + 16, (int)count)) != (byte)checksum)
        {
            Reply(MemoryData, 1, BadChecksum);
            return;
        }
        _memory.Load(loading.At, _frame.AsSpan(Header + 16, (int)count));
        loading.At += count;
        Reply(MemoryData);
    }

    /// <summary>Without an entry it is only an end; with one the program would run, and it is not one that this simulation can run.</summary>
    private void EndMemory()
    {
        bool stays = Word(0) != 0;
        _loading = null;
        Reply(MemoryEnd);
        if (!stays)
            _host.LeaveForRam(_flash.Now);
    }
}
