namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>A loader with a small command line of its own.</summary>
internal abstract class LineProgram : LoaderProgram
{
    public override ConsoleMemory MakeMemory()
    {
        byte[] flash = new byte[8 << 20];
        flash.AsSpan().Fill(0xFF);
        return new ConsoleMemory(flash, 0x1_0000, 0xBFC0_0000, 0x8000_0000, 64 << 20, mips: true);
    }

    /// <summary>Listens for a key for about so long; <see cref="LoaderProgram.Pressed"/> has it.</summary>
    protected IEnumerable<SimWait> Window(double seconds, Func<byte, bool> accepts)
    {
        TimeSpan end = Device.Clock.Elapsed + TimeSpan.FromSeconds(seconds * (0.8 + 0.4 * Random.NextDouble()));
        bool stopped = false;
        while (!stopped && Device.Clock.Elapsed < end)
        {
            yield return SimWait.Call(GetKey(end - Device.Clock.Elapsed));
            stopped = Pressed is { } key && accepts(key);
        }
        if (!stopped)
            Pressed = null;
    }

    /// <summary>The command line; each answer is text, and null restarts the board.</summary>
    protected IEnumerable<SimWait> Prompt(string prompt, Func<string, string?> answer)
    {
        while (true)
        {
            yield return SimWait.Call(ReadLine(prompt, 120));
            if (IsInterrupted)
            {
                Print("^C\n");
                continue;
            }
            if (Line.Trim().Length == 0)
                continue;
            yield return SimWait.Busy(2);
            if (answer(Line.Trim()) is not { } text)
            {
                Device.AskReset();
                yield return SimWait.Busy(1);
                continue;
            }
            foreach (string line in text.Split('\n'))
            {
                Print(line + "\n");
                yield return SimWait.Busy(1);
            }
        }
    }
}
