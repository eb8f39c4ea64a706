using Unbrick.Fuzz;

namespace Unbrick.Tests.Formats;

/// <summary>A small share of what <c>bench/Unbrick.Fuzz formats</c> does, on every run of the tests.</summary>
public sealed class FormatFuzzTests
{
    private const int Mutations = 20_000;

    [Fact]
    public void Damaged_samples_do_no_damage()
    {
        FormatRun run = FormatRun.Of(Repository.PathOf("samples"), Mutations, seed: 3, TimeProvider.System);
        Assert.Null(run.Failure);
        Assert.Equal(Mutations, run.Mutations);
        Assert.True(run.Findings > Mutations / 10, $"{run.Findings} findings: the samples are damaged beyond recognition");
    }
}
