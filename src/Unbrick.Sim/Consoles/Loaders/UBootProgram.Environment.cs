namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>printenv, setenv, saveenv.</summary>
internal abstract partial class UBootProgram
{
    private IEnumerable<SimWait> PrintEnvironment(IReadOnlyList<string> words)
    {
        if (words.Count > 1)
        {
            if (Environment.Values.TryGetValue(words[1], out string? value))
                Print($"{words[1]}={value}\n");
            else
                Fail($"## Error: \"{words[1]}\" not defined\n");
            yield break;
        }
        string text = Environment.Text("\n");
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Print(line + "\n");
            yield return SimWait.Busy(0.1);
        }
        Print($"\nEnvironment size: {text.Length + 1}/{Options.EnvironmentSize - 4} bytes\n");
    }

    private IEnumerable<SimWait> SetEnvironment(IReadOnlyList<string> words)
    {
        if (words.Count < 2)
        {
            Fail("## Error: variable name missing\n");
            yield break;
        }
        if (words.Count == 2)
            Environment.Values.Remove(words[1]);
        else
            Environment.Values[words[1]] = string.Join(' ', words.Skip(2));
    }

    private IEnumerable<SimWait> SaveEnvironment()
    {
        Print(Options.Old ? "Saving Environment to SPI Flash...\nErasing SPI Flash...\n" : "Saving Environment to Flash... ");
        yield return SimWait.Busy(20);
        for (int at = 0; at < Options.EnvironmentSize; at += Options.Sector)
        {
            yield return SimWait.Busy(Random.Next(40, 120));
            Memory.EraseSector(Options.EnvironmentAt + at);
            Print(".");
        }
        Print(Options.Old ? "\nWriting to SPI Flash...\n" : " done\nErased sectors\nWriting to Flash... ");
        byte[] bytes = Environment.Write();
        for (int at = 0; at < bytes.Length; at += 256)
        {
            Memory.Program(Options.EnvironmentAt + at, bytes.AsSpan(at, Math.Min(256, bytes.Length - at)));
            yield return SimWait.Busy(0.7);
        }
        Print(Options.Old ? ".\ndone\n" : "done\nOK\n");
    }
}
