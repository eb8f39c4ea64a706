using Unbrick.Core.Events;
using Unbrick.Tests.Recovery.Host;

namespace Unbrick.Tests.Core;

public sealed class EventStreamTests
{
    private static readonly Note[] s_notes = [new("a", "1"), new("a", "2"), new("a", "3")];

    [Fact]
    public async Task Events_are_numbered_and_dated_and_late_readers_get_what_they_missed()
    {
        EventStream stream = new(new FixedTime());
        foreach (Note note in s_notes)
            stream.Publish(note);
        stream.Complete();

        Assert.Equal("1 2 3", await Read(stream, 0));
        Assert.Equal("3", await Read(stream, 2));
        Assert.Equal("", await Read(stream, 3));
    }

    [Fact]
    public async Task What_is_said_between_the_call_and_the_first_reading_is_not_lost()
    {
        EventStream stream = new(new FixedTime());
        IAsyncEnumerable<UnbrickEvent> reader = stream.ReadAsync(0, TestContext.Current.CancellationToken);
        stream.Publish(s_notes[0]);
        stream.Complete();
        stream.Publish(s_notes[1]);

        UnbrickEvent only = Assert.Single(await reader.ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal((1, new FixedTime().GetUtcNow()), (only.Seq, only.At));
    }

    [Fact]
    public async Task Only_the_last_events_are_kept()
    {
        EventStream stream = new(new FixedTime(), capacity: 2);
        foreach (Note note in s_notes)
            stream.Publish(note);
        stream.Complete();
        Assert.Equal("2 3", await Read(stream, 0));
    }

    private static async Task<string> Read(EventStream stream, long after)
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        List<UnbrickEvent> events = await stream.ReadAsync(after, ct).ToListAsync(ct);
        return string.Join(' ', events.Select(e => e.Seq));
    }
}
