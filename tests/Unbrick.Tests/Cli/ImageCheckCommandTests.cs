using System.Text.Json;
using Unbrick.Core;

namespace Unbrick.Tests.Cli;

public sealed class ImageCheckCommandTests : IDisposable
{
    private const string C7 = "samples/tplink-v1/archer-c7-v2-eu.bin", Wdr4300 = "samples/tplink-v1/tl-wdr4300-v1-hdr2.bin";

    private readonly StoryConsole _console = new();

    [Theory]
    [InlineData(C7, "archer-c7-v2", ExitCode.Done, "fits")]
    [InlineData(Wdr4300, "archer-c7-v2", ExitCode.BadImage, "refused")]
    [InlineData("samples/jffs2/le.bin", "archer-c7-v2", ExitCode.Failed, "cannot-tell")]
    public async Task The_exit_code_and_the_verdict_say_the_same(string file, string device, int exit, string verdict)
    {
        Assert.Equal(exit, await Run(file, "--for", device, "--way", "tftp", "--json"));

        JsonElement result = Result();
        Assert.Equal(("result", exit), (result.GetProperty("type").GetString(), result.GetProperty("exit").GetInt32()));
        Assert.Equal(verdict, result.GetProperty("verdict").GetString());
        Assert.Equal(("tplink_archer-c7-v2", "tftp"), (result.GetProperty("device").GetString(), result.GetProperty("way").GetString()));
        Assert.EndsWith(file, result.GetProperty("file").GetString(), StringComparison.Ordinal);
        Assert.Equal(verdict == "cannot-tell" ? "unknown" : "factory", result.GetProperty("kind").GetString());
        Assert.Equal(verdict == "fits", result.GetProperty("reasons").GetArrayLength() == 0);
    }

    [Fact]
    public async Task A_reason_has_what_was_seen_what_was_wanted_what_it_means_and_what_to_try()
    {
        Assert.Equal(ExitCode.BadImage, await Run(Wdr4300, "--for", "archer-c7-v2", "--json"));

        JsonElement reason = Result().GetProperty("reasons")[0];
        Assert.Equal(
            ("wrong-hwid", "0x43000001", "0xc7000002"),
            (reason.GetProperty("code").GetString(), reason.GetProperty("seen").GetString(), reason.GetProperty("want").GetString()));
        Assert.False(string.IsNullOrWhiteSpace(reason.GetProperty("means").GetString()));
        Assert.NotEqual(0, reason.GetProperty("try").GetArrayLength());
    }

    [Fact]
    public async Task As_text_it_says_not_to_send_it_and_where_to_read_on()
    {
        Assert.Equal(ExitCode.BadImage, await Run(Wdr4300, "--for", "archer-c7-v2"));

        Assert.Contains("verdict  REFUSED: do not send it\n", _console.Out, StringComparison.Ordinal);
        Assert.Contains("error[wrong-hwid]\n  seen   0x43000001\n  want   0xc7000002\n", _console.Out, StringComparison.Ordinal);
        Assert.Contains("  more   unbrick explain wrong-hwid\n", _console.Out, StringComparison.Ordinal);
        Assert.Empty(_console.Error);
    }

    [Theory]
    [InlineData("samples/no-such-file.bin", "archer-c7-v2", ExitCode.NotFound)]
    [InlineData(C7, "toaster 3000", ExitCode.NotFound)]
    public async Task What_is_not_known_ends_with_3_and_one_line(string file, string device, int exit)
    {
        Assert.Equal(exit, await Run(file, "--for", device, "--json"));
        Assert.Equal(exit, Result().GetProperty("exit").GetInt32());
    }

    public void Dispose() => _console.Dispose();

    private JsonElement Result() => JsonDocument.Parse(Assert.Single(_console.OutLines)).RootElement;

    private Task<int> Run(string file, params string[] words) => _console.RunAsync(["image", "check", Repository.PathOf(file), .. words]);
}
