using System.Text;

namespace Unbrick.Sim.Consoles;

/// <summary>
/// A boot loader as a program in virtual time: it prints, waits, reads keys, and does what it is told. <see cref="Run"/> is what happens from
/// power-on to the end.
/// </summary>
internal abstract class LoaderProgram
{
    private const byte Tab = 9, Escape = 0x1B, Backspace = 8, Delete = 0x7F, EraseLine = 0x15, Interrupt = 3;

    /// <summary>The board.</summary>
    protected ConsoleDevice Device { get; private set; } = null!;

    /// <summary>The countdown that somebody set, in seconds; null for the loader's own.</summary>
    public int? Delay { get; set; }

    /// <summary>Bits in a second.</summary>
    public int Baud { get; set; } = 115_200;

    /// <summary>The address that a firmware of this board takes.</summary>
    protected virtual uint FirmwareIp => 0xC0A8_0101;

    protected ConsoleMemory Memory => Device.Memory;

    protected Random Random => Device.Random;

    /// <summary>The line read last.</summary>
    protected string Line { get; private set; } = "";

    /// <summary>The line read last was given up by Ctrl-C.</summary>
    protected bool IsInterrupted { get; private set; }

    /// <summary>A key waited for; null when none came in time.</summary>
    protected byte? Pressed { get; set; }

    public virtual void Attach(ConsoleDevice device) => Device = device;

    public abstract ConsoleMemory MakeMemory();

    /// <summary>From power-on on.</summary>
    public abstract IEnumerable<SimWait> Run();

    protected void Print(string text) => Device.Write(text);

    /// <summary>What a line carries while supplies and levels come up, and the time before the first text.</summary>
    protected IEnumerable<SimWait> PowerUp(int leastMs, int mostMs)
    {
        yield return SimWait.Busy(Random.Next(leastMs, mostMs) / 2.0);
        for (int i = Random.Next(4); i > 0; i--)
            Device.Send((byte)(Random.Next(3) == 0 ? 0xFF : 0));
        yield return SimWait.Busy(Random.Next(leastMs, mostMs) / 2.0);
    }

    /// <summary>Lines with the pauses that a real one has between them.</summary>
    protected IEnumerable<SimWait> Tell(string text, double pauseMs = 12)
    {
        foreach (string line in text.Split('\n'))
        {
            Print(line + "\n");
            yield return SimWait.Busy(Random.NextDouble() * 2 * pauseMs);
        }
    }

    /// <summary>Waits for a key; <see cref="Pressed"/> has it.</summary>
    protected IEnumerable<SimWait> GetKey(TimeSpan atMost)
    {
        TimeSpan end = Device.Clock.Elapsed + atMost;
        Pressed = null;
        while (true)
        {
            if (Device.TryKey(out byte key))
            {
                Pressed = key;
                yield break;
            }
            TimeSpan left = end - Device.Clock.Elapsed;
            if (left <= TimeSpan.Zero)
                yield break;
            yield return SimWait.ForKey(left);
        }
    }

    /// <summary>Reads a line into <see cref="Line"/> with the few editing keys that loaders know.</summary>
    /// <param name="prompt">Printed first.</param>
    /// <param name="longest">Further characters ring the bell.</param>
    /// <param name="shown">Stands in the line already.</param>
    protected IEnumerable<SimWait> ReadLine(string prompt, int longest = 255, string shown = "")
    {
        StringBuilder line = new(shown);
        Print(prompt + shown);
        while (true)
        {
            if (!Device.TryKey(out byte key))
            {
                yield return SimWait.ForKey();
                continue;
            }
            switch (key)
            {
                case (byte)'\r' or (byte)'\n':
                    Print("\n");
                    (Line, IsInterrupted) = (line.ToString(), false);
                    yield break;
                case Interrupt:
                    (Line, IsInterrupted) = ("", true);
                    yield break;
                case EraseLine:
                    Print(string.Concat(Enumerable.Repeat("\b \b", line.Length)));
                    line.Clear();
                    break;
                case Backspace or Delete when line.Length > 0:
                    Print("\b \b");
                    line.Length--;
                    break;
                case Backspace or Delete or Escape or Tab or < 0x20 or > 0x7E:
                    break;
                default:
                    Print(line.Length < longest ? ((char)key).ToString() : "\a");
                    if (line.Length < longest)
                        line.Append((char)key);
                    break;
            }
        }
    }

    /// <summary>The kernel starts, and nobody looks at keys any more.</summary>
    protected IEnumerable<SimWait> Kernel(string before = "\nStarting kernel ...\n\n")
    {
        Print(before);
        Device.HasStartedKernel = true;
        yield return SimWait.Busy(Random.Next(150, 400));
        yield return SimWait.Call(Tell("""
            [    0.000000] Linux version 5.15.134 (builder@buildhost) (mipsel-openwrt-linux-musl-gcc (OpenWrt GCC 12.3.0) 12.3.0) #0 SMP Mon Oct 9 21:45:35 2023
            [    0.000000] SoC Type: simulated
            [    0.000000] printk: bootconsole [early0] enabled
            [    0.413722] spi-nor spi0.0: simulated flash
            [    1.882910] VFS: Mounted root (squashfs filesystem) readonly on device 31:5.
            [    2.101377] Freeing unused kernel image (initmem) memory: 1296K
            [    3.512008] init: Console is alive
            [    6.228934] procd: - init complete -
            """));
        Print("\nPlease press Enter to activate this console.\n");
        for (int i = 0; i < 4; i++)
        {
            Device.Announce(FirmwareIp);
            yield return SimWait.Busy(2000);
        }
        while (true)
        {
            while (Device.TryKey(out byte key))
            {
                if (key == '\r')
                    Print("\n\nBusyBox v1.36.1 built-in shell (ash)\n\nroot@OpenWrt:/# ");
            }
            yield return SimWait.ForKey();
        }
    }
}
