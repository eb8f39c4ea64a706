using Unbrick.Sim;

namespace Unbrick.Tests.Sim;

public sealed class VirtualTimeTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void The_clock_stands_until_it_is_moved()
    {
        VirtualTime time = new(s_start);
        Assert.Equal(s_start, time.GetUtcNow());
        long before = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(s_start.AddSeconds(90), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(90), time.GetElapsedTime(before));
        Assert.Equal(TimeSpan.FromSeconds(90), time.Elapsed);
    }

    [Fact]
    public void Timers_run_in_the_order_they_are_due_each_at_its_own_moment()
    {
        VirtualTime time = new(s_start);
        List<string> seen = [];
        Set(time, 3, () => seen.Add($"c{time.Elapsed.TotalSeconds}"));
        Set(time, 1, () => seen.Add($"a{time.Elapsed.TotalSeconds}"));
        Set(time, 3, () => seen.Add($"d{time.Elapsed.TotalSeconds}"));
        Set(time, 2, () => seen.Add($"b{time.Elapsed.TotalSeconds}"));
        time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(["a1", "b2"], seen);
        Assert.Equal(TimeSpan.FromSeconds(3), time.NextDue);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a1", "b2", "c3", "d3"], seen);
        Assert.Null(time.NextDue);
    }

    [Fact]
    public void A_timer_may_set_another_that_still_runs_in_the_same_move()
    {
        VirtualTime time = new(s_start);
        List<double> seen = [];
        Set(time, 1, () => Set(time, 1, () => seen.Add(time.Elapsed.TotalSeconds)));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([2], seen);
    }

    [Fact]
    public void Setting_a_timer_again_forgets_the_first_setting_whether_later_or_earlier()
    {
        VirtualTime time = new(s_start);
        List<double> seen = [];
        using ITimer timer = Set(time, 2, () => seen.Add(time.Elapsed.TotalSeconds));
        timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(seen);
        timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([4], seen);
    }

    [Fact]
    public void A_period_repeats_until_the_timer_is_gone()
    {
        VirtualTime time = new(s_start);
        List<double> seen = [];
        ITimer timer = time.CreateTimer(_ => seen.Add(time.Elapsed.TotalSeconds), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(6));
        timer.Dispose();
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([1, 3, 5], seen);
    }

    [Fact]
    public void A_timer_may_not_move_the_clock()
    {
        VirtualTime time = new(s_start);
        Set(time, 1, () => time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Throws<InvalidOperationException>(() => time.Advance(TimeSpan.FromSeconds(2)));
    }

    private static ITimer Set(VirtualTime time, double seconds, Action action) =>
        time.CreateTimer(_ => action(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
}
