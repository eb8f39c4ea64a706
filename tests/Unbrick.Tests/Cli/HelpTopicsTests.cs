using System.Reflection;
using Unbrick.Cli.Commands;
using Unbrick.Core;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Tests.Cli;

public sealed class HelpTopicsTests
{
    private readonly TestConsole _console = new();

    public static TheoryData<string> Topics => [.. HelpTopics.Topics];

    [Fact]
    public async Task Without_a_topic_all_of_them_are_listed()
    {
        Assert.Equal(ExitCode.Done, await Run(""));
        Assert.Equal(["environment", "exit-codes", "faults", "json", "permissions", "safety", "slow-line", "wiring"], _console.Lines.Select(line => line.Split(' ')[0]));
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public async Task A_topic_is_a_page_of_at_most_80_columns(string topic)
    {
        Assert.Equal(ExitCode.Done, await Run(topic));
        Assert.DoesNotContain('#', _console.Lines[0]);
        Assert.All(_console.Lines, line => Assert.True(line.Length <= 80, line));
        Assert.Empty(_console.Error);
    }

    [Fact]
    public async Task The_page_on_exit_codes_has_every_code_of_the_program()
    {
        await Run("exit-codes");

        FieldInfo[] constants = typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static);
        int[] codes = [.. constants.Select(field => (int)field.GetRawConstantValue()!)];
        Assert.Equal(9, codes.Length);
        Assert.All(codes, code => Assert.Matches($@"(?m)^  {code} +\w", _console.Out));
    }

    [Fact]
    public async Task The_page_on_faults_has_every_fault_of_an_SPI_chip()
    {
        await Run("faults");
        Assert.All(SpiFaultList.All, kind => Assert.Contains($" {kind.Name}=", _console.Out));
    }

    [Fact]
    public async Task An_unknown_topic_ends_with_3_and_names_the_topics()
    {
        Assert.Equal(ExitCode.NotFound, await Run("wiring-diagrams"));
        string[] words = _console.Error.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("Topics are: environment, exit-codes, faults, json, permissions, safety, slow-line, wiring.", string.Join(' ', words), StringComparison.Ordinal);
    }

    private Task<int> Run(string topic) =>
        HelpTopics.RunAsync(new HelpOptions(topic), _console.Console, TestContext.Current.CancellationToken);
}
