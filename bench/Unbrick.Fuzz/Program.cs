using System.Diagnostics;
using System.Globalization;
using Unbrick.Fuzz;

// dotnet run -c Release --project bench/Unbrick.Fuzz -- --packets 1000000 --sequences 100000 [--seed N]
FuzzPlan plan = new(Option("--packets", 100_000), Option("--sequences", 10_000), Option("--seed", 1));
Stopwatch watch = Stopwatch.StartNew();
FuzzResult result = new Fuzzer(TimeProvider.System).Run(plan);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result}, seed {plan.Seed}, {watch.Elapsed.TotalSeconds:0.0} s"));
if (result.Failure is null)
    return 0;
Console.Error.WriteLine(result.Failure);
return 1;

int Option(string name, int otherwise)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
}
