using System.Diagnostics;
using Unbrick.Bench.Cuts;

// Cuts the power in the middle of writes to a simulated chip, lets the next run resume, and compares every byte.
//   Unbrick.Cuts every             64 KiB, all over other content: after every single command
//   Unbrick.Cuts sampled N [SEED]  16 MiB: N cuts at random commands; every 100th write is of the whole chip, the others change some places of it
// The journal is on TMPDIR. Exit code 1 when a chip ended wrong.
const int small = 0x1_0000, large = 0x100_0000, wholeEvery = 100;

string mode = args.Length > 0 ? args[0] : "";
Stopwatch clock = Stopwatch.StartNew();
CutTally tally = new();
switch (mode)
{
    case "every":
        using (CutBench bench = new(small, seed: 1))
        {
            bench.Whole();
            long commands = bench.Write(long.MaxValue, tally);
            for (long at = 0; at < commands; at++)
            {
                bench.Whole();
                bench.Write(at, tally);
            }
        }
        break;
    case "sampled":
        int wanted = int.Parse(args[1]), seed = args.Length > 2 ? int.Parse(args[2]) : 1;
        Random dice = new(seed);
        using (CutBench bench = new(large, seed))
        {
            while (tally.Cuts < wanted)
            {
                if (tally.Writes % wholeEvery == 0)
                    bench.Whole();
                else
                    bench.Places(dice.Next(1, 24));
                bench.Write(dice.NextInt64(bench.Expected), tally);
                if (tally.Writes % 500 == 0)
                    Console.Error.WriteLine($"{tally.Cuts} cuts, {tally.Wrong} wrong, {clock.Elapsed.TotalSeconds:0} s");
            }
        }
        break;
    default:
        Console.Error.WriteLine("usage: every | sampled N [SEED]");
        return 2;
}
Console.WriteLine($"{mode}: {tally.Writes} writes, {tally.Cuts} cut and resumed, {tally.Wrong} wrong, {clock.Elapsed.TotalSeconds:0} s");
return tally.Wrong == 0 ? 0 : 1;
