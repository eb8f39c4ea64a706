using Unbrick.Hardware.Spi.Contact;

namespace Unbrick.Tests.Hardware.Spi.Contact;

public sealed class ContactWatchTests
{
    [Fact]
    public void A_clip_that_is_put_on_is_stable_after_two_seconds()
    {
        string[] looks = ["ffffff", "ffffff", "ef4000", "ef4018", .. Enumerable.Repeat("ef4018", 11)];
        ClipState[] states = [.. Watch(looks).Select(s => s.State)];

        Assert.Equal(
            [ClipState.Silent, ClipState.Silent, ClipState.Sitting, ClipState.Unsteady, .. Enumerable.Repeat(ClipState.Sitting, 9), ClipState.Stable, ClipState.Stable],
            states);
    }

    [Fact]
    public void A_clip_that_slips_has_to_sit_anew()
    {
        ContactWatchState[] states = Watch([.. Enumerable.Repeat("ef4018", 12), "ffffff", .. Enumerable.Repeat("ef4018", 5)]);

        Assert.Equal(ClipState.Stable, states[11].State);
        Assert.Equal((ClipState.Silent, 1), (states[12].State, states[12].Slips));
        Assert.Equal((ClipState.Sitting, TimeSpan.FromSeconds(0.8), "ef4018"), (states[^1].State, states[^1].SittingFor, states[^1].Id));
    }

    [Fact]
    public void Few_looks_are_not_enough_however_far_apart()
    {
        ContactWatch watch = new();
        ContactWatchState last = default;
        for (int i = 0; i < 7; i++)
            last = watch.Add(TimeSpan.FromSeconds(10 * i), [0xEF, 0x40, 0x18], 3);

        Assert.Equal(ClipState.Sitting, last.State);
    }

    [Fact]
    public void One_look_of_several_answers_that_differ_is_unsteady()
    {
        ContactWatch watch = new();
        Assert.Equal(ClipState.Unsteady, watch.Add(TimeSpan.Zero, [0xEF, 0x40, 0x18, 0xEF, 0x40, 0x18, 0xFF, 0xFF, 0xFF], 3).State);
        Assert.Equal(ClipState.Sitting, watch.Add(TimeSpan.Zero, [0xEF, 0x40, 0x18, 0xEF, 0x40, 0x18], 3).State);
        Assert.Throws<ArgumentOutOfRangeException>(() => watch.Add(TimeSpan.Zero, [0xEF], 3));
    }

    private static ContactWatchState[] Watch(IEnumerable<string> ids)
    {
        ContactWatch watch = new();
        return [.. ids.Select((id, i) => watch.Add(TimeSpan.FromSeconds(0.2 * i), Convert.FromHexString(id), 3))];
    }
}
