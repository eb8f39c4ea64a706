using System.Globalization;

namespace Unbrick.Fuzz;

/// <summary>Many mutations in a row, until one fails.</summary>
/// <param name="Mutations">How many were done.</param>
/// <param name="Findings">How often something was recognised all the same.</param>
/// <param name="Failure">What went wrong and how to see it again; null when nothing did.</param>
/// <param name="Failing">The file that it went wrong with.</param>
internal sealed record FormatRun(int Mutations, long Findings, string? Failure, byte[] Failing)
{
    /// <param name="samples">Folder of the samples.</param>
    /// <param name="mutations">How many.</param>
    /// <param name="seed">Where the random numbers begin.</param>
    /// <param name="time">For the bound on it.</param>
    /// <param name="done">Is told now and then how many are done.</param>
    public static FormatRun Of(string samples, int mutations, int seed, TimeProvider time, Action<int>? done = null)
    {
        const int Slice = 1_000_000;
        FormatFuzz fuzz = new(samples, seed, time);
        for (int i = 0; i < mutations; i++)
        {
            if (fuzz.Step(i) is string failure)
                return new FormatRun(i + 1, fuzz.Findings, $"--seed {seed}, {fuzz.Last}: {failure}", fuzz.Failing);
            if ((i + 1) % Slice == 0)
                done?.Invoke(i + 1);
        }
        return new FormatRun(mutations, fuzz.Findings, null, []);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mutations:N0} mutations of samples, {Findings:N0} findings");
}
