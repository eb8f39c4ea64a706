using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Sim.Cables;

namespace Unbrick.Tests.Sim;

public sealed class CableFaultsTests
{
    [Fact]
    public void All_faults_are_read()
    {
        CableFaults faults = CableFaultsParser.Parse(
            "loss=1%,loss-up=5%,delay=2ms,dup=0.5%,reorder=1%,rate=100M,flap=3s+0.5s,flap=1min+2s,seed=7");
        Assert.Equal(0.01, faults.LossDown);
        Assert.Equal(0.05, faults.LossUp);
        Assert.Equal(TimeSpan.FromMilliseconds(2), faults.Delay);
        Assert.Equal(0.005, faults.Duplication);
        Assert.Equal(0.01, faults.Reordering);
        Assert.Equal(100, faults.RateMbit);
        Assert.Equal(
            [new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(0.5)), new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(2))], faults.Flaps);
        Assert.Equal(7UL, faults.Seed);
    }

    [Theory]
    [InlineData("loss=1%,seed=0", 0.01, 0.01)]
    [InlineData("loss-up=3%,loss=1%", 0.01, 0.03)]
    [InlineData("loss=0,loss-up=3%", 0, 0.03)]
    [InlineData("loss=3%,loss-up=0%", 0.03, 0)]
    [InlineData("", 0, 0)]
    public void Loss_is_for_both_ways_unless_loss_up_says_otherwise_in_any_order(string text, double down, double up)
    {
        CableFaults faults = CableFaultsParser.Parse(text);
        Assert.Equal(down, faults.LossDown);
        Assert.Equal(up, faults.LossUp);
    }

    [Theory]
    [InlineData("loss=1%,loss-up=5%,delay=2ms,dup=0.5%,reorder=1%,rate=100M,flap=3s+0.5s,seed=7")]
    [InlineData("loss=0%,loss-up=0.1%,seed=18446744073709551615")]
    [InlineData("seed=0")]
    public void What_is_written_is_what_was_read(string text) => Assert.Equal(text, CableFaultsParser.Parse(text).ToString());

    [Theory]
    [InlineData("loss=101%", "a percentage from 0% to 100%")]
    [InlineData("loss=1", "a percentage from 0% to 100%")]
    [InlineData("loss=-1%", "a percentage from 0% to 100%")]
    [InlineData("loss=NaN%", "a percentage from 0% to 100%")]
    [InlineData("dup", "a percentage from 0% to 100%")]
    [InlineData("delay=2", "a time like 250ms, 0.5s or 2min")]
    [InlineData("delay=99999999s", "a time like 250ms, 0.5s or 2min")]
    [InlineData("rate=100", "a whole number from 1 to 10000")]
    [InlineData("rate=0M", "a whole number from 1 to 10000")]
    [InlineData("flap=3s", "when and for how long, like 3s+0.5s")]
    [InlineData("seed=x", "a whole number")]
    public void A_bad_value_is_refused_with_what_would_do(string text, string wanted)
    {
        UnbrickException error = Assert.Throws<UnbrickException>(() => CableFaultsParser.Parse(text));
        Assert.Equal("sim-bad-value", error.Problem.Code);
        Assert.EndsWith(wanted, error.Problem.Means);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void An_unknown_fault_is_refused_with_the_list_and_a_guess()
    {
        Problem problem = Assert.Throws<UnbrickException>(() => CableFaultsParser.Parse("lost=1%")).Problem;
        Assert.Equal("sim-unknown-fault", problem.Code);
        Assert.Equal("the cable faults are: loss, loss-up, delay, dup, reorder, rate, flap, seed", problem.Means);
        Assert.Equal("did you mean 'loss'?", Assert.Single(problem.Try));
    }
}
