using System.Globalization;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>protect, erase, sf.</summary>
internal abstract partial class UBootProgram
{
    private bool _probed;

    private IEnumerable<SimWait> Protect(IReadOnlyList<string> words)
    {
        bool on = words.Count > 1 && words[1] == "on";
        if (!Range(words, 2, out int at, out int length))
        {
            Fail("Usage:\nprotect on start end\n");
            yield break;
        }
        int first = at / Memory.Sector, last = (at + length - 1) / Memory.Sector;
        for (int sector = first; sector <= last; sector++)
        {
            Memory.Protected[sector] = on;
            Print(".");
            yield return SimWait.Busy(0.05);
        }
        Print($" done\n{(on ? "" : "Un-")}Protected {last - first + 1} sectors\n");
    }

    private IEnumerable<SimWait> Erase(IReadOnlyList<string> words)
    {
        if (!Range(words, 1, out int at, out int length))
        {
            Fail(words.Count > 2 ? "Error: start and/or end address not on sector boundary\n" : "Usage:\nerase start end\n");
            yield break;
        }
        int first = at / Memory.Sector, last = (at + length - 1) / Memory.Sector, kept = 0, erased = 0;
        for (int sector = first; sector <= last; sector++)
            kept += Memory.Protected[sector] ? 1 : 0;
        Print(kept > 0 ? $"- Warning: {kept} protected sectors will not be erased!\n" : "\n");
        for (int sector = first; sector <= last; sector++)
        {
            if (Memory.Protected[sector])
                continue;
            yield return SimWait.Busy(Random.Next(20, 60));
            Memory.EraseSector(sector * Memory.Sector);
            erased++;
            Print(".");
        }
        Print($" done\nErased {erased} sectors\n");
    }

    private void FlashInfo()
    {
        Print($"\nBank # 1: CFI conformant flash (16 x 8)  Size: {Memory.Flash.Length >> 20} MB in {Memory.Protected.Length} Sectors\n");
        Print($"  Sector Start Addresses:\n  {Options.FlashBase:X8}\n");
    }

    /// <summary>START +LENGTH, or START END (the last byte).</summary>
    private bool Range(IReadOnlyList<string> words, int index, out int at, out int length)
    {
        (at, length) = (0, 0);
        if (!TryHex(words, index, out ulong start) || !TryHex(words, index + 1, out ulong end) || Memory.InFlash(start) is not { } place)
            return false;
        bool isLength = words[index + 1].StartsWith('+');
        long count = isLength ? (long)end : (long)end - (long)start + 1;
        (at, length) = (place, (int)Math.Min(count, int.MaxValue));
        return count > 0 && at % Memory.Sector == 0 && at + count <= Memory.Flash.Length && (isLength || count % Memory.Sector == 0);
    }

    private IEnumerable<SimWait> SpiFlash(IReadOnlyList<string> words)
    {
        string what = words.Count > 1 ? words[1] : "";
        if (what == "probe")
        {
            yield return SimWait.Busy(15);
            _probed = true;
            Print($"SF: Detected w25q128 with page size 256 Bytes, erase size 64 KiB, total {Memory.Flash.Length >> 20} MiB\n");
            yield break;
        }
        if (!_probed)
        {
            Fail("No SPI flash selected. Please run `sf probe'\n");
            yield break;
        }
        bool erases = what == "erase";
        ulong ram = 0;
        int first = erases ? 2 : 3;
        if (what is not ("read" or "write" or "erase") || (!erases && !TryHex(words, 2, out ram)) || !TryHex(words, first, out ulong offset)
            || !TryHex(words, first + 1, out ulong length))
        {
            Fail("Usage:\nsf probe [[bus:]cs] [hz] [mode]\n");
            yield break;
        }
        if (erases && words[first + 1].StartsWith('+'))
            length = (length + (ulong)Memory.Sector - 1) / (ulong)Memory.Sector * (ulong)Memory.Sector;
        if (offset + length > (ulong)Memory.Flash.Length)
        {
            Fail($"ERROR: attempting {what} past flash size (0x{Memory.Flash.Length:x})\n");
            yield break;
        }
        if (erases && (offset % (ulong)Memory.Sector != 0 || length % (ulong)Memory.Sector != 0))
        {
            Fail($"SF: Erase offset/length not multiple of erase size\nSF: {length} bytes @ 0x{offset:x} Erased: ERROR -22\n");
            yield break;
        }
        if (!erases)
            Print($"device 0 offset 0x{offset:x}, size 0x{length:x}\n");
        yield return SimWait.Call(what switch
        {
            "read" => ReadFlash(ram, (int)offset, (int)length),
            "write" => WriteFlash((int)offset, Memory.Read(ram, (int)length)),
            _ => EraseFlash((int)offset, (int)length),
        });
        string done = what switch { "read" => "Read", "write" => "Written", _ => "Erased" };
        Print(string.Create(CultureInfo.InvariantCulture, $"SF: {length} bytes @ 0x{offset:x} {done}: OK\n"));
    }

    protected IEnumerable<SimWait> ReadFlash(ulong ram, int offset, int length)
    {
        yield return SimWait.Busy(length / 2_000.0);
        Memory.Write(ram, Memory.Flash.AsSpan(offset, length));
    }

    protected IEnumerable<SimWait> WriteFlash(int offset, byte[] bytes)
    {
        for (int done = 0; done < bytes.Length; done += 256)
        {
            Memory.Program(offset + done, bytes.AsSpan(done, Math.Min(256, bytes.Length - done)));
            yield return SimWait.Busy(0.7);
        }
    }

    protected IEnumerable<SimWait> EraseFlash(int offset, int length, string? dot = null)
    {
        for (int at = offset; at < offset + length; at += Memory.Sector)
        {
            yield return SimWait.Busy(Random.Next(40, 120));
            Memory.EraseSector(at);
            if (dot is not null)
                Print(dot);
        }
    }
}
