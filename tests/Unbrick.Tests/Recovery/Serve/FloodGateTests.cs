using Unbrick.Recovery.Serve;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class FloodGateTests
{
    private readonly FloodGate _gate = new();

    [Fact]
    public void Of_equal_messages_the_first_the_tenth_and_the_hundredth_pass_with_their_count()
    {
        List<int> passed = [];
        for (int i = 0; i < 1000; i++)
        {
            if (_gate.Passes("x", out int times))
                passed.Add(times);
        }
        Assert.Equal([1, 10, 100, 1000], passed);
    }

    [Fact]
    public void Some_may_pass_before_the_gate_closes()
    {
        bool[] passed = [.. Enumerable.Range(0, 8).Select(_ => _gate.Passes("x", out int _, every: 4))];
        Assert.Equal([true, true, true, true, false, false, false, false], passed);
    }

    [Fact]
    public void A_flood_of_different_messages_does_not_grow_memory_and_other_counts_begin_anew()
    {
        Assert.True(_gate.Passes("first", out _));
        for (int i = 0; i < 5000; i++)
            Assert.True(_gate.Passes($"{i}", out _));
        Assert.True(_gate.Passes("first", out int times));
        Assert.Equal(1, times);
    }
}
