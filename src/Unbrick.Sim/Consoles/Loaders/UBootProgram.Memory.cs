using System.Globalization;
using System.Text;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>md, mw, cp, cmp, crc32.</summary>
internal abstract partial class UBootProgram
{
    private const byte Interrupt = 3;

    private IEnumerable<SimWait> Dump(IReadOnlyList<string> words)
    {
        if (!TryHex(words, 1, out ulong address))
        {
            Fail("Usage:\nmd [.b, .w, .l] address [# of objects]\n");
            yield break;
        }
        int width = words[0] switch { "md.b" => 1, "md.w" => 2, _ => 4 };
        long bytes = (TryHex(words, 2, out ulong count) ? (long)Math.Min(count, 0x1000_0000) : 0x40) * width;
        for (long at = 0; at < bytes; at += 16)
        {
            Print(DumpLine(address + (ulong)at, (int)Math.Min(16, bytes - at), width));
            yield return SimWait.Busy(0.02);
            if (Device.TryKey(out byte key) && key == Interrupt)
            {
                Code = 1;
                yield break;
            }
        }
    }

    private string DumpLine(ulong address, int count, int width)
    {
        byte[] bytes = Memory.Read(address, count);
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{address:x8}:");
        for (int i = 0; i < 16; i += width)
        {
            if (i >= count)
            {
                line.Append(' ', 1 + 2 * width);
                continue;
            }
            line.Append(' ');
            for (int k = width - 1; k >= 0; k--)
                line.Append(CultureInfo.InvariantCulture, $"{(i + k < count ? bytes[i + k] : (byte)0):x2}");
        }
        line.Append(Options.Old ? "    " : "  ");
        foreach (byte one in bytes)
            line.Append(one is >= 0x20 and < 0x7F ? (char)one : '.');
        return line.Append('\n').ToString();
    }

    private IEnumerable<SimWait> Fill(IReadOnlyList<string> words)
    {
        if (!TryHex(words, 1, out ulong address) || !TryHex(words, 2, out ulong value))
        {
            Fail("Usage:\nmw [.b, .w, .l] address value [count]\n");
            yield break;
        }
        int width = words[0] == "mw.b" ? 1 : 4;
        byte[] one = [.. BitConverter.GetBytes((uint)value)[..width]];
        long count = TryHex(words, 3, out ulong objects) ? (long)objects : 1;
        if (!Memory.IsRam(address, count * width))
            yield break;
        for (long i = 0; i < count; i++)
            Memory.Write(address + (ulong)(i * width), one);
        yield return SimWait.Busy(count * width / 100_000.0);
    }

    private IEnumerable<SimWait> Copy(IReadOnlyList<string> words)
    {
        if (!TryHex(words, 1, out ulong from) || !TryHex(words, 2, out ulong to) || !TryHex(words, 3, out ulong count))
        {
            Fail("Usage:\ncp [.b, .w, .l] source target count\n");
            yield break;
        }
        byte[] bytes = Memory.Read(from, (int)Math.Min(count, 64u << 20));
        if (Memory.InFlash(to) is not { } at)
        {
            Memory.Write(to, bytes);
            yield return SimWait.Busy(bytes.Length / 50_000.0);
            yield break;
        }
        Print("Copy to Flash... ");
        yield return SimWait.Call(Program(at, bytes));
        if (Code == 0)
            Print("done\n");
    }

    /// <summary>Writes into mapped flash, page by page, and says why it cannot.</summary>
    private IEnumerable<SimWait> Program(int at, byte[] bytes)
    {
        if (at + bytes.Length > Memory.Flash.Length)
        {
            Fail("Outside available Flash\n");
            yield break;
        }
        for (int sector = at / Memory.Sector; sector <= (at + bytes.Length - 1) / Memory.Sector; sector++)
        {
            if (!Memory.Protected[sector])
                continue;
            Fail("Can't write to protected Flash sectors\n");
            yield break;
        }
        for (int i = 0; i < bytes.Length; i++)
        {
            if ((Memory.Flash[at + i] & bytes[i]) == bytes[i])
                continue;
            Fail("Flash not Erased\n");
            yield break;
        }
        int tenth = Math.Max(1, bytes.Length / 10 / 256 * 256), next = tenth, left = 9;
        for (int done = 0; done < bytes.Length; done += 256)
        {
            Memory.Program(at + done, bytes.AsSpan(done, Math.Min(256, bytes.Length - done)));
            yield return SimWait.Busy(0.6);
            if (done < next || left == 0 || Options.Old)
                continue;
            Print($"{left--}....");
            next += tenth;
        }
    }

    private IEnumerable<SimWait> Compare(IReadOnlyList<string> words)
    {
        if (!TryHex(words, 1, out ulong left) || !TryHex(words, 2, out ulong right) || !TryHex(words, 3, out ulong count))
        {
            Fail("Usage:\ncmp [.b, .w, .l] addr1 addr2 count\n");
            yield break;
        }
        byte[] a = Memory.Read(left, (int)Math.Min(count, 64u << 20)), b = Memory.Read(right, a.Length);
        yield return SimWait.Busy(a.Length / 20_000.0);
        int same = a.AsSpan().CommonPrefixLength(b);
        if (same < a.Length)
            Fail($"byte at 0x{left + (ulong)same:x8} (0x{a[same]:x2}) != byte at 0x{right + (ulong)same:x8} (0x{b[same]:x2})\n");
        Print($"Total of {same} byte(s) were the same\n");
    }

    private IEnumerable<SimWait> Checksum(IReadOnlyList<string> words)
    {
        if (!TryHex(words, 1, out ulong address) || !TryHex(words, 2, out ulong count))
        {
            Fail("Usage:\ncrc32 address count [addr]\n");
            yield break;
        }
        int length = (int)Math.Min(count, 64u << 20);
        yield return SimWait.Busy(length / 20_000.0);
        string name = Options.Old ? "CRC32" : "crc32";
        Print($"{name} for {address:x8} ... {address + (ulong)Math.Max(0, length - 1):x8} ==> {Memory.Crc(address, length):x8}\n");
    }
}
