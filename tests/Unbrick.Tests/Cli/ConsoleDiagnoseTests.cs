using System.Text.Json;
using Unbrick.Core;

namespace Unbrick.Tests.Cli;

/// <summary><c>unbrick console --diagnose</c>: the answer for people and for scripts.</summary>
public sealed class ConsoleDiagnoseTests : IDisposable
{
    private readonly StoryConsole _console = new();

    public void Dispose() => _console.Dispose();

    [Theory]
    [InlineData("thread-002")]
    [InlineData("thread-003")]
    public async Task A_long_log_of_a_thread_is_told_line_by_line(string log)
    {
        using StoryConsole piped = new() { Console = _console.Console with { Input = () => File.OpenRead(Log(log)) } };
        Assert.Equal(ExitCode.Done, await piped.RunAsync("console", "--diagnose", "-", "--story"));
        Assert.All(_console.OutLines, line => Assert.True(line.Length <= 80, line));
        Golden.Check($"bootlogs/{log}.story", _console.Out);
    }

    [Fact]
    public async Task A_write_that_goes_on_is_not_to_be_disturbed()
    {
        await _console.RunAsync("console", "--diagnose", Log("thread-002"));
        Assert.Contains("it is still erasing or writing: do not unplug", string.Join(' ', _console.OutLines.Select(l => l.Trim())));
    }

    [Fact]
    public async Task A_script_gets_one_line_with_all_that_was_agreed_on()
    {
        Assert.Equal(ExitCode.Done, await _console.RunAsync("console", "--diagnose", Log("thread-002"), "--json"));
        using JsonDocument json = JsonDocument.Parse(Assert.Single(_console.OutLines));
        JsonElement result = json.RootElement;
        Assert.Equal(("result", "wrong-region-image", false),
            (result.GetProperty("type").GetString(), result.GetProperty("cause").GetString(), result.GetProperty("healthy").GetBoolean()));
        Assert.InRange(result.GetProperty("confidence").GetDouble(), 0.5, 1);
        Assert.Equal([242, 255], result.GetProperty("lines").EnumerateArray().Select(l => l.GetInt32()));
        Assert.Equal("MT7621", result.GetProperty("facts").GetProperty("soc").GetString());
        Assert.Equal(16_777_216, result.GetProperty("facts").GetProperty("flash.size").GetInt64());
        Assert.Contains(result.GetProperty("harmless").EnumerateArray(), h => h.GetProperty("code").GetString() == "net-checksum-noise");
        Assert.NotEmpty(result.GetProperty("next").EnumerateArray());
        Assert.All(result.GetProperty("alternatives").EnumerateArray(), a => Assert.InRange(a.GetProperty("confidence").GetDouble(), 0, 1));
    }

    [Fact]
    public async Task A_log_comes_by_the_pipe_too()
    {
        using StoryConsole piped = new() { Console = _console.Console with { Input = () => new MemoryStream("Bad Data CRC\n"u8.ToArray()) } };
        Assert.Equal(ExitCode.Done, await piped.RunAsync("console", "--diagnose", "-"));
        Assert.Contains("error[img-bad-crc]", _console.Out);
    }

    [Fact]
    public async Task A_log_that_is_not_there_is_said_in_words()
    {
        Assert.Equal(ExitCode.NotFound, await _console.RunAsync("console", "--diagnose", "/nowhere/x.log"));
        Assert.Contains("error[log-missing]", _console.Error);
    }

    private static string Log(string name) => Repository.PathOf($"tests/Unbrick.Tests/golden/bootlogs/{name}.txt");
}
