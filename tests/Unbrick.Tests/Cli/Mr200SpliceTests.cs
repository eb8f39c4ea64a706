using Unbrick.Core;

namespace Unbrick.Tests.Cli;

public sealed class Mr200SpliceTests
{
    [Fact]
    public async Task The_wrong_splices_are_explained_and_the_right_ones_equal_those_made_without_the_recipe()
    {
        using StoryConsole console = new();
        Assert.Equal(ExitCode.Done, await console.RunAsync("demo", "mr200-splice", "--json"));
        Assert.Contains("header-must-be-cut: tplink-v2 at 0x000000", console.Out);
        Assert.Contains("uimage begins at 0x01fe00, 512 bytes too early", console.Out);
        Assert.Contains("8,192,000 bytes (7.8 MiB) (0x7d0000)", console.Out);
        Assert.Contains("settings (XML) twice: 0x7e0000 from own, 0x7c0000 from stock", console.Out);
        Assert.Contains("\"outcome\":\"made\"", console.OutLines[^1]);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("99")]
    public async Task Another_seed_ends_well_too(string seed)
    {
        using StoryConsole console = new();
        Assert.Equal(ExitCode.Done, await console.RunAsync("demo", "mr200-splice", "--seed", seed));
    }
}
