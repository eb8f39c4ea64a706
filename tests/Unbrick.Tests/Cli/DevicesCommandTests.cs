using System.CommandLine;
using System.Text.Json;
using Unbrick.Cli.Commands;
using Unbrick.Core;

namespace Unbrick.Tests.Cli;

public sealed class DevicesCommandTests
{
    private readonly TestConsole _console = new();

    [Fact]
    public async Task A_search_is_a_table_on_stdout()
    {
        int exit = await Run("archer c7");

        Assert.Equal(ExitCode.Done, exit);
        Assert.Equal(
            """
            ID                   NAME                                       WAY BACK
            tplink_archer-c7-v1  TP-Link Archer C7 v1                       serve
            tplink_archer-c7-v2  TP-Link Archer C7 v2                       serve
            tplink_archer-c7-v4  TP-Link Archer C7 v4                       serve (hint)
            tplink_archer-c7-v5  TP-Link Archer C7 v5                       serve (hint)

            """, _console.Out);
        Assert.Equal("Details: unbrick devices show ID\n", _console.Error);
    }

    [Fact]
    public async Task The_file_that_a_device_asked_for_leads_to_it()
    {
        await Run("ArcherC7v2_tp_recovery.bin");

        Assert.Contains("tplink_archer-c7-v2", _console.Out, StringComparison.Ordinal);
        Assert.Equal("Details: unbrick devices show tplink_archer-c7-v2\n", _console.Error);
    }

    [Fact]
    public async Task Without_a_name_it_says_how_many_there_are_and_how_to_search()
    {
        Assert.Equal(ExitCode.Done, await Run(""));
        Assert.Matches(@"^2,\d\d\d devices are known\.\nSearch:  unbrick devices archer c7\n", _console.Out);
    }

    [Fact]
    public async Task An_unknown_name_ends_with_3_and_offers_similar_ones_on_stderr()
    {
        Assert.Equal(ExitCode.NotFound, await Run("archrer c7 v2"));
        Assert.Empty(_console.Out);
        Assert.StartsWith(
            "error[device-unknown]: no device \"archrer c7 v2\" is known\n"
            + "  seen   did you mean TP-Link Archer C7 v2 (tplink_archer-c7-v2)\n  means  ",
            _console.Error, StringComparison.Ordinal);
        Assert.EndsWith("  more   unbrick explain device-unknown\n", _console.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_says_what_to_do_and_what_must_not_be_lost()
    {
        Assert.Equal(ExitCode.Done, await Run("archer-c7-v2", show: true));
        Assert.Equal("TP-Link Archer C7 v2", _console.Lines[0]);
        Assert.Contains("PC        192.168.0.66/24\n", _console.Out, StringComparison.Ordinal);
        Assert.Contains("file      ArcherC7v2_tp_recovery.bin, ArcherC7v3_tp_recovery.bin\n", _console.Out, StringComparison.Ordinal);
        Assert.Contains("hold      WPS/Reset\n", _console.Out, StringComparison.Ordinal);
        Assert.Matches(@"0x00ff0000     64 KiB  art       one of a kind: MACs or calibration, read-only\n", _console.Out);
        Assert.Contains("115200 baud, 8N1, 3.3 V. Connect GND, RX and TX; never VCC.", _console.Out, StringComparison.Ordinal);
        Assert.Contains("forum.openwrt.org/t/75374", _console.Out, StringComparison.Ordinal);
        Assert.Empty(_console.Error);
    }

    [Theory]
    [InlineData("tplink_archer-mr200", "devices-show-archer-mr200.txt")]
    [InlineData("xiaomi_mi-router-4a-gigabit", "devices-show-mi-router-4a-gigabit.txt")]
    public async Task The_whole_page_reads_well_at_80_columns(string id, string golden)
    {
        Assert.Equal(ExitCode.Done, await Run(id, show: true));
        Golden.Check(golden, _console.Out);
    }

    [Fact]
    public async Task Show_refuses_to_choose_between_versions()
    {
        Assert.Equal(ExitCode.NotFound, await Run("archer c7", show: true));
        Assert.Empty(_console.Out);
        Assert.StartsWith("error[device-unclear]: \"archer c7\" fits 4 devices\n", _console.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_fits_80_columns_for_every_checked_device()
    {
        foreach (string id in DataFilesOfCurated())
        {
            TestConsole console = new();
            DevicesOptions options = new(id, Show: true, Json: false, UserFolder: null);
            await DevicesCommand.RunAsync(options, console.Console, TestContext.Current.CancellationToken);
            Assert.All(console.Lines, line => Assert.True(line.Length <= 80 || line.Split(' ').Any(word => word.Length > 70), line));
        }
    }

    [Theory]
    [InlineData("archer")]
    [InlineData("tp_recovery.bin")]
    [InlineData("linksys")]
    [InlineData("netgear")]
    public async Task A_table_fits_80_columns(string query)
    {
        await Run(query);

        Assert.All(_console.Lines, line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Json_is_one_result_line_and_nothing_else_on_stdout()
    {
        Assert.Equal(ExitCode.Done, await Run("archer c7", json: true));

        Assert.StartsWith("""{"type":"result","exit":0,"query":"archer c7",""", Assert.Single(_console.Lines), StringComparison.Ordinal);
        using JsonDocument result = JsonDocument.Parse(_console.Out);
        Assert.Equal(JsonValueKind.Null, result.RootElement.GetProperty("best").ValueKind);
        JsonElement second = result.RootElement.GetProperty("matches")[1];
        Assert.Equal(
            ("tplink_archer-c7-v2", "words", "tftp-client"),
            (second.GetProperty("id").GetString(), second.GetProperty("kind").GetString(), second.GetProperty("ways")[0].GetString()));
        Assert.Empty(_console.Error);
    }

    [Fact]
    public async Task Json_of_one_device_has_numbers_for_programs()
    {
        await Run("MR200 v1", show: true, json: true);

        using JsonDocument result = JsonDocument.Parse(Assert.Single(_console.Lines));
        JsonElement device = result.RootElement.GetProperty("device"), way = device.GetProperty("recovery")[0];
        Assert.Equal("192.168.0.66", way.GetProperty("server")[0].GetString());
        Assert.Equal((16, 8_192_000), (way.GetProperty("prefix_length").GetInt32(), way.GetProperty("max_file").GetInt32()));
        Assert.Equal(0x7d_0000, device.GetProperty("flash")[0].GetProperty("parts")[2].GetProperty("offset").GetInt32());
        Assert.Equal("built-in", device.GetProperty("provenance").GetString());
    }

    [Fact]
    public async Task Json_of_a_failure_says_why()
    {
        Assert.Equal(ExitCode.NotFound, await Run("no such thing at all", show: true, json: true));

        using JsonDocument result = JsonDocument.Parse(Assert.Single(_console.Lines));
        Assert.Equal(3, result.RootElement.GetProperty("exit").GetInt32());
        Assert.Equal("device-unknown", result.RootElement.GetProperty("diagnosis")[0].GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, result.RootElement.GetProperty("device").ValueKind);
        Assert.Empty(_console.Error);
    }

    [Fact]
    public async Task A_wrong_file_of_the_users_is_said_on_stderr_and_stops_nothing()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("unbrick-devices-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "x.json"), "{", TestContext.Current.CancellationToken);
            DevicesOptions options = new("archer-c7-v2", Show: false, Json: false, folder.FullName);

            Assert.Equal(ExitCode.Done, await DevicesCommand.RunAsync(options, _console.Console, TestContext.Current.CancellationToken));
            Assert.Contains("tplink_archer-c7-v2", _console.Out, StringComparison.Ordinal);
            Assert.Contains("warning[device-file-invalid]: ", _console.Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("devices archer c7 v2", "ID ")]
    [InlineData("devices show archer c7 v2", "TP-Link Archer C7 v2\n")]
    [InlineData("devices --json archer c7 v2", "{\"type\":\"result\"")]
    public async Task Words_need_no_quotes_on_the_command_line(string commandLine, string begins)
    {
        RootCommand root = new() { DevicesCommand.Create(_console.Console) };

        int exit = await root.Parse(commandLine).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Done, exit);
        Assert.StartsWith(begins, _console.Out, StringComparison.Ordinal);
    }

    private Task<int> Run(string query, bool show = false, bool json = false) =>
        DevicesCommand.RunAsync(
            new DevicesOptions(query, show, json, UserFolder: null), _console.Console, TestContext.Current.CancellationToken);

    private static IEnumerable<string> DataFilesOfCurated() =>
        Unbrick.Recovery.EmbeddedData.List("data/devices/curated/").Select(Recovery.DataFiles.NameOf);
}
