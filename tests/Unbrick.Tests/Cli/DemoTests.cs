using System.Text.Json;
using Unbrick.Core;

namespace Unbrick.Tests.Cli;

public sealed class DemoTests
{
    private static readonly string[] s_fast = ["demo", "archer-c7-stall", "--speed", "fast"];

    [Fact]
    public async Task The_story_reads_as_in_the_documents()
    {
        using StoryConsole console = new(oneStream: true);
        Assert.Equal(ExitCode.Done, await console.RunAsync(s_fast));
        Golden.Check("demo-archer-c7-stall.txt", "$ unbrick demo archer-c7-stall --speed fast\n" + console.Error);
    }

    [Fact]
    public async Task The_story_of_the_files_reads_as_in_the_documents_and_speaks_of_no_device()
    {
        using StoryConsole console = new(oneStream: true);
        Assert.Equal(ExitCode.Done, await console.RunAsync("demo", "mr200-splice"));
        Golden.Check("demo-mr200-splice.txt", "$ unbrick demo mr200-splice\n" + console.Error);
        Assert.DoesNotContain("recovered", console.Error);
    }

    [Fact]
    public async Task The_story_of_the_refused_image_reads_as_in_the_documents_and_ends_well_with_any_seed()
    {
        using StoryConsole console = new(oneStream: true), other = new();
        Assert.Equal(ExitCode.Done, await console.RunAsync("demo", "xiaomi-bootp", "--speed", "fast"));
        Golden.Check("demo-xiaomi-bootp.txt", "$ unbrick demo xiaomi-bootp --speed fast\n" + console.Error);
        Assert.Equal(ExitCode.Done, await other.RunAsync("demo", "xiaomi-bootp", "--speed", "fast", "--seed", "3"));
    }

    [Fact]
    public async Task The_story_of_the_clip_reads_as_in_the_documents_and_its_chip_is_right_with_any_seed()
    {
        using StoryConsole console = new(oneStream: true), other = new();
        Assert.Equal(ExitCode.Done, await console.RunAsync("demo", "xiaomi-clip", "--speed", "fast"));
        Golden.Check("demo-xiaomi-clip.txt", "$ unbrick demo xiaomi-clip --speed fast\n" + console.Error);
        Assert.Equal(ExitCode.Done, await other.RunAsync("demo", "xiaomi-clip", "--speed", "fast", "--seed", "3"));
        Assert.Contains("error[spi-contact-lost]", other.Error);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(60)]
    public async Task No_line_is_wider_than_the_terminal(int width)
    {
        using StoryConsole console = new(width: width);
        await console.RunAsync(s_fast);
        Assert.All(
            console.ErrorLines,
            line => Assert.True(line.Length <= width || !line.TrimStart().Contains(' ') || line.StartsWith("record: "), line));
    }

    [Fact]
    public async Task Without_unicode_and_colour_only_ascii_without_escapes_is_written()
    {
        using StoryConsole console = new(unicode: false);
        await console.RunAsync(s_fast);
        Assert.All(console.Error + console.Out, c => Assert.InRange(c, '\n', '~'));
    }

    [Fact]
    public async Task The_same_seed_is_the_same_story_and_another_seed_ends_well_too()
    {
        using StoryConsole first = new(), second = new(), other = new();
        await first.RunAsync(s_fast);
        await second.RunAsync(s_fast);
        Assert.Equal(ExitCode.Done, await other.RunAsync([.. s_fast, "--seed", "8"]));
        Assert.Equal(first.Error, second.Error);
        Assert.NotEqual(first.Error, other.Error);
    }

    [Fact]
    public async Task A_problem_that_comes_again_says_only_what_is_new()
    {
        using StoryConsole console = new();
        await console.RunAsync(s_fast);
        Assert.Equal(2, console.ErrorLines.Count(line => line.StartsWith("warning[device-restarted]", StringComparison.Ordinal)));
        Assert.Single(console.ErrorLines, line => line == "  more   unbrick explain device-restarted");
    }

    [Fact]
    public async Task On_a_terminal_one_live_line_is_redrawn_and_cleared_before_others()
    {
        using StoryConsole console = new(terminal: true);
        await console.RunAsync(s_fast);
        string[] drawings = console.Error.Split("\r\e[K");
        Assert.True(drawings.Length > 50, "the live line moves");
        // What follows a clearing is either the next drawing, without a line feed, or a line of its own; never a line glued to a drawing.
        foreach (string drawing in drawings[1..])
            Assert.True(!drawing.StartsWith(Bar, StringComparison.Ordinal) || !drawing.Contains('\n'), drawing);
        Assert.All(drawings.Where(d => d.StartsWith(Bar, StringComparison.Ordinal)), d => Assert.InRange(d.Length, 40, 79));
        Assert.Contains("━━━━━━━━", console.Error);
        Assert.DoesNotContain("\e[1m", console.Error);
    }

    [Fact]
    public async Task The_live_line_is_drawn_ten_times_a_second_at_most()
    {
        using StoryConsole console = new(terminal: true);
        await console.RunAsync(s_fast);
        // Two tries of some 40 s that fail, and one of 12 s: no more than ten drawings for each second in which something moved.
        Assert.InRange(console.Error.Split("\r\e[K" + Bar).Length, 50, 1000);
    }

    [Fact]
    public async Task As_json_there_are_events_on_stdout_and_nothing_else()
    {
        using StoryConsole console = new();
        Assert.Equal(ExitCode.Done, await console.RunAsync([.. s_fast, "--json"]));
        Assert.Empty(console.Error);
        JsonElement[] lines = [.. console.OutLines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(Enumerable.Range(1, lines.Length), lines.Select(l => l.GetProperty("seq").GetInt32()));
        Assert.Equal(lines.Length - 1, Array.FindIndex(lines, l => l.GetProperty("type").GetString() == "result"));
        Assert.Equal("recovered", lines[^1].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task The_record_of_the_run_holds_the_same_events_but_progress()
    {
        using StoryConsole console = new();
        await console.RunAsync([.. s_fast, "--json"]);
        string folder = Assert.Single(Directory.EnumerateDirectories(Path.Combine(console.StateFolder, "sessions")));
        Assert.EndsWith("-demo-archer-c7-stall", folder);
        Assert.Equal(
            console.OutLines.Where(line => !line.StartsWith("{\"type\":\"progress\"", StringComparison.Ordinal)),
            File.ReadLines(Path.Combine(folder, "events.jsonl")));
    }

    [Fact]
    public async Task Without_a_name_the_stories_are_listed_and_a_wrong_name_ends_with_2()
    {
        using StoryConsole console = new();
        Assert.Equal(ExitCode.Done, await console.RunAsync("demo"));
        Assert.StartsWith("archer-c7-stall", console.Out);
        Assert.Equal(ExitCode.Usage, await console.RunAsync("demo", "archer-c7-stal"));
        Assert.Contains("did you mean archer-c7-stall?", console.Error);
    }

    private const string Bar = "━";
}
