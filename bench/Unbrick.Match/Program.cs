using System.Globalization;
using Unbrick.Match;
using Unbrick.Recovery.Devices;

// dotnet run -c Release --project bench/Unbrick.Match -- [--every N] [--seed S] [--samples DIR] [--misses]
int samplesAt = Array.IndexOf(args, "--samples");
string samples = samplesAt >= 0 && samplesAt + 1 < args.Length ? args[samplesAt + 1] : "samples";
int every = Option("--every", 1), seed = Option("--seed", 1);
MatchRun run = new(new DeviceLibrary(), File.ReadAllBytes(Path.Combine(samples, "squashfs", "v4-xz.bin")));
List<(MatchTry, MatchTry)> tries = [];
foreach (DeviceProfile device in run.Mapped().Where((_, i) => i % every == seed % every))
{
    (MatchTry plain, MatchTry tree) = (run.Try(device, withTree: false, seed), run.Try(device, withTree: true, seed));
    tries.Add((plain, tree));
    foreach ((string kind, MatchTry miss) in new[] { ("plain", plain), ("tree", tree) }.Where(t => !t.Item2.Right && args.Contains("--misses")))
        Console.Error.WriteLine($"{kind} {miss.Chip >> 20} {miss.Id} taken for {miss.Guess ?? "nothing"}");
}
MatchTable.Print(tries, Console.Out);
return 0;

int Option(string name, int otherwise)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
}
