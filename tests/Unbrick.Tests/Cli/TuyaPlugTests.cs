using Unbrick.Core;

namespace Unbrick.Tests.Cli;

public sealed class TuyaPlugTests
{
    [Fact]
    public async Task The_story_of_the_plug_reads_as_in_the_documents()
    {
        using StoryConsole console = new(oneStream: true);
        Assert.Equal(ExitCode.Done, await console.RunAsync("demo", "tuya-plug", "--speed", "fast"));
        Golden.Check("demo-tuya-plug.txt", "$ unbrick demo tuya-plug --speed fast\n" + console.Error);
    }

    [Fact]
    public async Task Another_plug_loops_and_is_cured_too()
    {
        using StoryConsole console = new();
        Assert.Equal(ExitCode.Done, await console.RunAsync("demo", "tuya-plug", "--speed", "fast", "--seed", "3", "--json"));
        Assert.Contains("\"code\":\"esp-boot-failed\"", console.Out);
        Assert.Contains("esp-leftovers", console.Out);
        Assert.Contains("\"outcome\":\"done\"", console.OutLines[^1]);
        Assert.Contains("\"cause\":\"ok-normal-boot\"", console.OutLines[^1]);
    }
}
