using System.Text.Json;
using Unbrick.Cli.Commands;
using Unbrick.Core;
using Unbrick.Recovery.Problems;

namespace Unbrick.Tests.Cli;

public sealed class ExplainCommandTests
{
    private readonly TestConsole _console = new();

    [Fact]
    public async Task A_page_has_the_message_the_steps_and_the_story()
    {
        Assert.Equal(ExitCode.Done, await Run("port-taken"));
        Assert.StartsWith("error[port-taken]: UDP port PORT of this PC is in use by OWNER\n\nmeans  Only one program", _console.Out, StringComparison.Ordinal);
        Assert.Contains("\ntry    1. Close the other program", _console.Out, StringComparison.Ordinal);
        Assert.Contains("\n       2. On Linux see who it is", _console.Out, StringComparison.Ordinal);
        Assert.Contains("\n\nTFTP is always asked for on UDP port 69", _console.Out, StringComparison.Ordinal);
        Assert.Empty(_console.Error);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(40)]
    public async Task Every_page_is_wrapped_to_the_width(int width)
    {
        foreach (string code in ProblemCatalogue.Codes)
        {
            TestConsole console = new(width);
            await ExplainCommand.RunAsync(new ExplainOptions(code, Json: false), console.Console, TestContext.Current.CancellationToken);
            Assert.All(console.Lines, line => Assert.True(line.Length <= width || !line.TrimStart().Contains(' '), line));
        }
    }

    [Theory]
    [InlineData("lineloss", "line-loss")]
    [InlineData("image", "image-empty")]
    [InlineData("devcie-silent", "device-silent")]
    public async Task An_unknown_code_ends_with_3_and_asks_whether_another_was_meant(string code, string meant)
    {
        Assert.Equal(ExitCode.NotFound, await Run(code));
        Assert.Empty(_console.Out);
        Assert.StartsWith($"error[code-unknown]: there is no problem with the code \"{code}\"\n", _console.Error, StringComparison.Ordinal);
        Assert.Contains($"did you mean {meant}?", _console.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_code_all_of_them_are_listed_with_their_titles()
    {
        Assert.Equal(ExitCode.Done, await Run(""));
        Assert.All(ProblemCatalogue.Codes, code => Assert.Contains($"\n{code} ", "\n" + _console.Out, StringComparison.Ordinal));
        Assert.All(_console.Lines, line => Assert.True(line.Length <= 80, line));
    }

    [Theory]
    [InlineData("line-loss", 0)]
    [InlineData("LINE-LOSS", 0)]
    [InlineData("lineloss", 3)]
    [InlineData("", 0)]
    public async Task Json_is_one_result_line(string code, int exit)
    {
        Assert.Equal(exit, await Run(code, json: true));

        using JsonDocument result = JsonDocument.Parse(Assert.Single(_console.Lines));
        Assert.Equal(("result", exit), (result.RootElement.GetProperty("type").GetString(), result.RootElement.GetProperty("exit").GetInt32()));
        Assert.Empty(_console.Error);
    }

    private Task<int> Run(string code, bool json = false) =>
        ExplainCommand.RunAsync(new ExplainOptions(code, json), _console.Console, TestContext.Current.CancellationToken);
}
