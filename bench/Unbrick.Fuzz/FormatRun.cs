using System.Globalization;

namespace Unbrick.Fuzz;

/// <summary>Many mutations in a row, until one fails.</summary>
/// <param name="Mutations">How many were done.</param>
/// <param name="Findings">How often something was recognised all the same.</param>
/// <param name="Failure">What went wrong and how to see it again; null when nothing did.</param>
internal sealed record FormatRun(int Mutations, long Findings, string? Failure)
{
    public static FormatRun Of(string samples, int mutations, int seed, TimeProvider time)
    {
        FormatFuzz fuzz = new(samples, seed, time);
        for (int i = 0; i < mutations; i++)
        {
            string? failure;
            try
            {
                failure = fuzz.Step(i);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failure = e.ToString();
            }
            if (failure is not null)
                return new FormatRun(i + 1, fuzz.Findings, $"--seed {seed}, {fuzz.Last}: {failure}");
        }
        return new FormatRun(mutations, fuzz.Findings, null);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mutations:N0} mutations of samples, {Findings:N0} findings");
}
