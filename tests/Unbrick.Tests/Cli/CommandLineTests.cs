using Unbrick.Cli;
using Unbrick.Core;

namespace Unbrick.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly StoryConsole _console = new();

    public static TheoryData<string> Commands =>
    [
        "", "identify", "serve", "devices", "devices show", "explain", "demo", "sim", "sim spi", "sim esp", "sim console", "help", "version",
    ];

    public void Dispose() => _console.Dispose();

    [Fact]
    public async Task Without_arguments_it_is_a_friendly_start()
    {
        Assert.Equal(ExitCode.Done, await _console.RunAsync());
        Assert.Contains("unbrick devices archer c7", _console.Out);
        Assert.Empty(_console.Error);
        Assert.All(_console.OutLines, line => Assert.True(line.Length <= 80, line));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_is_one_screen_of_80_columns(string command)
    {
        Assert.Equal(ExitCode.Done, await _console.RunAsync([.. Words(command), "--help"]));
        Assert.InRange(_console.OutLines.Length, 1, 40);
        Assert.All(_console.OutLines, line => Assert.True(line.Length <= 80, line));
        Assert.Contains("-h, --help", _console.Out);
        Assert.Empty(_console.Error);
        if (command.Length > 0)
            Assert.Matches($"(?m)^Examples:\n  unbrick {command.Split(' ')[0]}", _console.Out);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("identify")]
    [InlineData("image")]
    [InlineData("image check")]
    [InlineData("image edit")]
    [InlineData("image build")]
    [InlineData("spi")]
    [InlineData("spi write")]
    [InlineData("sim spi")]
    [InlineData("sim esp")]
    [InlineData("sim console")]
    public async Task The_help_is_this(string command)
    {
        await _console.RunAsync([.. Words(command), "--help"]);
        Golden.Check($"help-{command.Replace(' ', '-')}.txt", _console.Out);
    }

    [Fact]
    public async Task Every_example_of_the_help_can_be_typed()
    {
        foreach (string command in Commands.Select(row => row.Data).Where(c => c.Length > 0))
        {
            using StoryConsole console = new();
            await console.RunAsync([.. Words(command), "--help"]);
            Assert.All(console.OutLines, line => Assert.InRange(line.Length, 0, 80));
            string whole = console.Out.Replace(OperatingSystem.IsWindows() ? "^\n" : "\\\n", "", StringComparison.Ordinal);
            foreach (string example in whole.Split('\n').SkipWhile(l => l != "Examples:").Where(l => l.StartsWith("  unbrick ", StringComparison.Ordinal)))
            {
                Assert.Empty(CommandLine.Errors(CommandLine.CreateRoot(console.Console).Parse(Words(example)[1..])));
            }
        }
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task The_version_is_one_line(string word)
    {
        Assert.Equal(ExitCode.Done, await _console.RunAsync(word));
        Assert.Matches(@"^unbrick \d+\.\d+\.\d+\S* \(\.NET \S+, \S+\)$", Assert.Single(_console.OutLines));
    }

    [Theory]
    [InlineData("serv", "did you mean: unbrick serve")]
    [InlineData("explian line-loss", "did you mean: unbrick explain")]
    [InlineData("serve --adress 192.168.0.66/24 x.bin", "did you mean: unbrick serve --address")]
    [InlineData("serve --adress=192.168.0.66/24 x.bin", "did you mean: unbrick serve --address")]
    [InlineData("devices --jsn", "did you mean: unbrick devices --json")]
    [InlineData("--versoin", "did you mean: unbrick --version")]
    public async Task A_slip_of_the_fingers_ends_with_2_and_the_right_word(string words, string hint)
    {
        Assert.Equal(ExitCode.Usage, await _console.RunAsync(Words(words)));
        Assert.Contains(hint, _console.ErrorLines);
        Assert.Empty(_console.Out);
    }

    [Theory]
    [InlineData("serve a b c")]
    [InlineData("serve x.bin --until tomorrow")]
    [InlineData("serve x.bin --port many")]
    [InlineData("serve x.bin --rollover 2")]
    [InlineData("serve --interface")]
    [InlineData("devices show")]
    [InlineData("demo archer-c7-stall --speed warp")]
    [InlineData("demo archer-c7-stall --seed x")]
    [InlineData("frobnicate")]
    public async Task A_wrong_command_line_ends_with_2_and_says_where_to_read(string words)
    {
        Assert.Equal(ExitCode.Usage, await _console.RunAsync(Words(words)));
        Assert.StartsWith("error: ", _console.Error);
        Assert.Matches("(?m)^see: unbrick .*--help$", _console.Error);
        Assert.Empty(_console.Out);
    }

    [Theory]
    [InlineData("serve", "usage", 2)]
    [InlineData("serve x.bin --root .", "usage", 2)]
    [InlineData("serve x.bin --port 0", "usage", 2)]
    [InlineData("serve x.bin --port 65536", "usage", 2)]
    [InlineData("serve x.bin --watch -1", "usage", 2)]
    [InlineData("serve x.bin --address 192.168.0.256", "address-invalid", 2)]
    [InlineData("serve x.bin --address 192.168.0.1/31", "address-invalid", 2)]
    [InlineData("serve x.bin --address 192.168.0.1/24/24", "address-invalid", 2)]
    [InlineData("serve x.bin --address 1.2", "address-invalid", 2)]
    [InlineData("serve x.bin --dhcp-pool 192.168.0.1", "pool-invalid", 2)]
    [InlineData("serve x.bin --dhcp-pool a-b", "pool-invalid", 2)]
    [InlineData("serve x.bin --uploads /nowhere/at/all", "root-missing", 3)]
    [InlineData("serve x.bin --interface sim:router/toaster", "sim-unknown-device", 2)]
    [InlineData("serve nowhere.bin --interface sim:router/archer-c7-v2", "image-missing", 3)]
    [InlineData("serve toaster-3000 nowhere.bin --interface sim:router/archer-c7-v2", "device-unknown", 3)]
    [InlineData("serve archer c7 --interface sim:router/archer-c7-v2", "device-unclear", 3)]
    public async Task What_serve_cannot_do_is_a_problem_for_people_and_a_result_for_scripts(string words, string code, int exit)
    {
        using StoryConsole scripts = new();

        Assert.Equal(exit, await _console.RunAsync(Words(words)));
        Assert.Equal(exit, await scripts.RunAsync([.. Words(words), "--json"]));

        Assert.Contains(_console.ErrorLines, line => line.StartsWith($"error[{code}]: ", StringComparison.Ordinal));
        Assert.Empty(_console.Out);
        System.Text.Json.JsonElement result = System.Text.Json.JsonDocument.Parse(scripts.OutLines[^1]).RootElement;
        Assert.Equal(("result", "failed", exit), (result.GetProperty("type").GetString(), result.GetProperty("outcome").GetString(), result.GetProperty("exit").GetInt32()));
        Assert.Equal(code, result.GetProperty("diagnosis")[0].GetProperty("code").GetString());
        if (exit == ExitCode.Usage && code == "usage")
            Assert.DoesNotContain("unbrick explain usage", _console.Error);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
