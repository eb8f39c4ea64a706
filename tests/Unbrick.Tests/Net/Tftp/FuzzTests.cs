using Unbrick.Fuzz;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>A small share of what <c>bench/Unbrick.Fuzz</c> does, on every run of the tests.</summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests
{
    [Theory]
    [InlineData(20_000, 0, 11)]
    [InlineData(0, 2000, 12)]
    public void Nothing_that_comes_in_breaks_the_servers(int packets, int sequences, int seed)
    {
        FuzzResult result = new Fuzzer(new StoppedClock()).Run(new FuzzPlan(packets, sequences, seed));
        Assert.Null(result.Failure);
        Assert.Equal((packets, sequences), (result.Packets, result.Sequences));
        Assert.Equal(packets / 1000 + sequences, result.Served);
        Assert.InRange(result.Answers, packets / 4 + sequences * 20, long.MaxValue);
    }

    [Fact]
    public void The_same_seed_tells_the_same_story_and_another_one_another()
    {
        string Digest(int seed) => new Fuzzer(new StoppedClock()).Run(new FuzzPlan(500, 50, seed)).Digest;
        Assert.Equal(Digest(1), Digest(1));
        Assert.NotEqual(Digest(1), Digest(2));
    }

    /// <summary>How long a step took is not for tests, which run on busy machines.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}

/// <summary>The fuzzer looks at what the process keeps in memory, which other tests must not change meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
