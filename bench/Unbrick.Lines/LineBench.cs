using System.Diagnostics;
using System.Text;
using Unbrick.Core.Text;
using Unbrick.Recovery.Lines;
using Unbrick.Sim;
using Unbrick.Sim.Lines;

namespace Unbrick.Lines;

/// <summary>How often the rate and the verdict on the wiring are right, on lines made from boot logs.</summary>
internal sealed class LineBench
{
    private static readonly int[] s_rates = [9_600, 19_200, 38_400, 57_600, 74_880, 115_200, 230_400, 460_800, 921_600, 1_500_000];
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly byte[][] _texts;
    private readonly int _seed;
    private readonly bool _tells;

    public LineBench(string folder, bool all, int seed, bool tells)
    {
        (_seed, _tells) = (seed, tells);
        string[] names = [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal)];
        _texts = [.. names.Where((_, i) => all || i % 3 == 2).Select(Read).Where(text => text.Length > 800)];
    }

    public void Rates(int count, double flips, double clock)
    {
        Random random = new(_seed);
        List<double> traffic = [];
        int right = 0;
        Dictionary<string, int> wrong = [];
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            int rate = s_rates[i % s_rates.Length];
            SimLineOptions line = new()
            {
                Stages = [new SimLineStage(rate, [.. Slice(random, 20_000)])],
                ClockError = ((2 * random.NextDouble()) - 1) * clock,
                FlipRate = flips,
                DropRate = random.Next(2) * 0.001,
                Start = random.Next(2) == 0 ? random.NextDouble() : -random.NextDouble(),
                LongestPause = random.NextDouble() * 0.03,
                CountsErrors = random.Next(2) == 0,
                Repeats = true,
                Seed = random.Next(),
            };
            LineVerdict? verdict = Run(line, false, out _);
            if (verdict is { Kind: LineKind.Text } && verdict.Baud == rate)
            {
                right++;
                traffic.Add(verdict.Traffic.TotalSeconds);
            }
            else
            {
                string what = $"{rate} taken for {verdict?.Kind} {verdict?.Baud}";
                wrong[what] = wrong.GetValueOrDefault(what) + 1;
            }
        }
        traffic.Sort();
        Console.WriteLine($"rate: {right} of {count} right; traffic until known: median {At(traffic, 0.5):0.000} s, 95 % {At(traffic, 0.95):0.000} s, most {At(traffic, 1):0.000} s ({watch.Elapsed.TotalSeconds:0} s of computing)");
        foreach ((string what, int times) in wrong.OrderByDescending(w => w.Value))
            Console.WriteLine($"  {times} x {what}");
    }

    public void Wirings(int count)
    {
        Random random = new(_seed + 1);
        (LineFault Fault, bool IsOff, LineKind Expected)[] cases =
        [
            (LineFault.None, false, LineKind.Text), (LineFault.Swapped, false, LineKind.Silent), (LineFault.None, true, LineKind.Silent),
            (LineFault.NoGround, false, LineKind.NoGround), (LineFault.Inverted, false, LineKind.Inverted), (LineFault.ReceiveDead, false, LineKind.ReceiveDead),
        ];
        int right = 0;
        Dictionary<string, int> wrong = [];
        List<double> seconds = [];
        for (int i = 0; i < count; i++)
        {
            (LineFault fault, bool isOff, LineKind expected) = cases[i % cases.Length];
            int rate = s_rates[random.Next(s_rates.Length)];
            SimLineOptions line = new()
            {
                Stages = [new SimLineStage(rate, isOff ? [] : [.. Slice(random, (int)(rate / 10 * (1 + random.NextDouble())))])],
                Prompt = isOff ? null : random.Next(2) == 0 ? "=> " : "MT7621 # ",
                Fault = fault,
                ClockError = ((2 * random.NextDouble()) - 1) * 0.02,
                FlipRate = random.Next(2) * 0.001,
                Start = random.NextDouble(),
                CountsErrors = random.Next(2) == 0,
                Seed = random.Next(),
            };
            LineVerdict? verdict = Run(line, true, out double took);
            seconds.Add(took);
            if (verdict?.Kind == expected && (expected is not (LineKind.Text or LineKind.ReceiveDead) || verdict.Baud == rate))
            {
                right++;
                continue;
            }
            string what = $"{(isOff ? "switched off" : fault)} at {rate}: {verdict?.Kind} {verdict?.Baud}";
            wrong[what] = wrong.GetValueOrDefault(what) + 1;
        }
        seconds.Sort();
        Console.WriteLine($"wiring: {right} of {count} right; median {At(seconds, 0.5):0.0} s, most {At(seconds, 1):0.0} s");
        foreach ((string what, int times) in wrong.OrderByDescending(w => w.Value))
            Console.WriteLine($"  {times} x {what}");
    }

    private LineVerdict? Run(SimLineOptions options, bool checksReceive, out double seconds)
    {
        VirtualTime time = new(s_start);
        using SimLine line = new(options, time);
        StringBuilder told = new();
        LineFinder finder = new(line, time)
        {
            PowerCycle = line.PowerCycle,
            Tuned = baud => told.Append(CultureText(time.Elapsed)).Append(baud).Append(' '),
            Typed = key => told.Append(CultureText(time.Elapsed)).Append('<').Append(key).Append("> "),
            Heard = (bytes, _) => told.Append('[').Append(bytes.Length).Append("] "),
        };
        LineVerdict? verdict = finder.Run(new LineSearch(new LineSearchOptions { ChecksReceive = checksReceive }), CancellationToken.None);
        seconds = time.Elapsed.TotalSeconds;
        bool odd = verdict?.Kind != LineKind.Text ? true : options.Fault != LineFault.None || verdict.Baud != options.Stages[0].Baud || verdict.Traffic.TotalSeconds > 2;
        if (_tells && odd)
            Console.Error.WriteLine($"{options.Stages[0].Baud} {options.Fault} clock {options.ClockError:0.000}: {verdict} {told} \"{Shown(options.Stages[0].Text.AsSpan())}\"");
        return verdict;
    }

    private static string Shown(ReadOnlySpan<byte> text) => SafeText.Show(Encoding.Latin1.GetString(text[..Math.Min(text.Length, 160)]), 400);

    private static string CultureText(TimeSpan time) => $"{time.TotalSeconds:0.00}:";

    private byte[] Slice(Random random, int length)
    {
        byte[] text = _texts[random.Next(_texts.Length)];
        int from = random.Next(2) == 0 ? 0 : random.Next(text.Length - 400);
        return [.. text.AsSpan(from, Math.Min(length, text.Length - from))];
    }

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)];

    private static byte[] Read(string path) => Encoding.Latin1.GetBytes(File.ReadAllText(path, Encoding.Latin1).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));
}
