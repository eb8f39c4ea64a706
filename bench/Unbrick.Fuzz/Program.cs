using System.Diagnostics;
using System.Globalization;
using Unbrick.Fuzz;

// dotnet run -c Release --project bench/Unbrick.Fuzz -- formats --mutations 10000000 [--samples DIR] [--seed N] [--keep FILE]
// dotnet run -c Release --project bench/Unbrick.Fuzz -- scan FILE [--times N]
// dotnet run -c Release --project bench/Unbrick.Fuzz -- decode FILE [--times N]
// dotnet run -c Release --project bench/Unbrick.Fuzz -- library
// dotnet run -c Release --project bench/Unbrick.Fuzz -- --packets 1000000 --sequences 100000 [--seed N]
if (args is ["scan", string file, ..])
{
    ScanTimes.Print(file, Option("--times", 9));
    return 0;
}
if (args is ["decode", string stream, ..])
{
    DecodeTimes.Print(stream, Option("--times", 3));
    return 0;
}
if (args is ["library"])
{
    LibraryTimes.Print();
    return 0;
}
if (args is ["formats", ..])
{
    Stopwatch clock = Stopwatch.StartNew();
    int seed = Option("--seed", 1);
    FormatRun run = FormatRun.Of(
        Text("--samples") ?? "samples", Option("--mutations", 100_000), seed, TimeProvider.System,
        done => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done:N0} in {clock.Elapsed.TotalSeconds:0} s")));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run}, seed {seed}, {clock.Elapsed.TotalSeconds:0.0} s"));
    Console.Error.WriteLine(run.Failure ?? "no failure");
    if (run.Failure is not null && Text("--keep") is string keep)
        File.WriteAllBytes(keep, run.Failing);
    return run.Failure is null ? 0 : 1;
}
FuzzPlan plan = new(Option("--packets", 100_000), Option("--sequences", 10_000), Option("--seed", 1));
Stopwatch watch = Stopwatch.StartNew();
FuzzResult result = new Fuzzer(TimeProvider.System).Run(plan);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result}, seed {plan.Seed}, {watch.Elapsed.TotalSeconds:0.0} s"));
if (result.Failure is null)
    return 0;
Console.Error.WriteLine(result.Failure);
return 1;

int Option(string name, int otherwise) => Text(name) is string number ? int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;

string? Text(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
