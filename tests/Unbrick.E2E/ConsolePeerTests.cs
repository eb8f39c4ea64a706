using System.Globalization;
using System.Text;
using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>Simulated boot loaders behind a real serial port: picocom and lrzsz find there what they know, and the own client finds what they left.</summary>
public sealed class ConsolePeerTests : IDisposable
{
    private const int Address = 0x4020_0000;
    private const string Kermit =
        "kermit -Y -q -C 'set modem type none, set line PORT, set carrier-watch off, set flow none, set file type binary, set file display none, ";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Scratch _scratch = new();

    [Fact]
    public async Task Picocom_stops_the_boot_and_types_a_command_and_the_own_client_takes_over_from_there()
    {
        Needs.Programs("picocom");
        using ConsoleOnPort board = new("sim:console/u-boot?power-on=2s&delay=5");
        using (ProcessLine picocom = new(_scratch.Beside("."), "picocom", "-q", "-r", "-b", "115200", board.Path))
        {
            await board.HearAsync("stop autoboot", s_patience);
            picocom.Write(" "u8);
            await board.HearAsync("\n=> ", s_patience);
            picocom.Write("setenv colour green\r"u8);
            await board.HearAsync("\n=> ", s_patience);
            picocom.Write("printenv colour\r"u8);
            await board.HearAsync("colour=green\r\n=> ", s_patience);
            Assert.Contains("colour=green", Shown(picocom), StringComparison.Ordinal);
            picocom.Write([0x01, 0x18]); // Ctrl-A Ctrl-X
            Assert.Equal(0, picocom.Wait());
        }
        Assert.Contains("colour=green", await RunAsync(board, "run", "printenv colour"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loady", "sb -q image.bin <PORT >PORT")]
    [InlineData("loadx", "sx -q -k image.bin <PORT >PORT")]
    [InlineData("loadb", Kermit + "set prefixing all, send image.bin, exit'")]
    [InlineData("loadb", Kermit + "robust, send image.bin, exit'")]
    public async Task What_other_programs_send_lies_in_the_simulated_boards_memory(string command, string send)
    {
        Needs.Programs("sb", "sx", "kermit", "sh");
        byte[] image = new byte[8192];
        new Random(8).NextBytes(image);
        await File.WriteAllBytesAsync(_scratch.Beside("image.bin"), image, TestContext.Current.CancellationToken);
        using ConsoleOnPort board = new("sim:console/u-boot");
        Assert.Contains("ended with 0", await RunAsync(board, "run", "version"), StringComparison.Ordinal);

        Ended ended = await SendAsync(board, command, send);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        await board.HearAsync("## Total Size", s_patience);

        string copy = _scratch.Beside("copy.bin");
        await RunAsync(board, "backup", "--at", $"{Address}", "--length", $"{image.Length}", "-o", copy);
        Assert.Equal(image, await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// C-Kermit leaves some control characters bare unless it is told otherwise. U-Boot refuses a packet with one each time, gives no thought to the error
    /// packet that ends it, and waits on: seen with U-Boot 2023.01 in QEMU.
    /// </summary>
    [Fact]
    public async Task Kermit_with_bare_control_characters_fails_as_it_does_at_a_real_loader_and_Ctrl_C_gets_the_prompt_back()
    {
        Needs.Programs("kermit", "sh");
        await File.WriteAllBytesAsync(_scratch.Beside("image.bin"), [.. "text\ttext"u8], TestContext.Current.CancellationToken);
        using ConsoleOnPort board = new("sim:console/u-boot");
        Assert.Contains("ended with 0", await RunAsync(board, "run", "version"), StringComparison.Ordinal);

        Ended ended = await SendAsync(board, "loadb", Kermit + "set retry 3, send image.bin, exit'");
        Assert.True(ended.ExitCode != 0, ended.ToString());
        await File.WriteAllTextAsync(board.Path, "\u0003", TestContext.Current.CancellationToken);
        await board.HearAsync("## Binary (kermit) download aborted", s_patience);
        await board.HearAsync("\n=> ", s_patience);
    }

    public void Dispose() => _scratch.Dispose();

    private async Task<Ended> SendAsync(ConsoleOnPort board, string command, string send)
    {
        string typed = string.Create(CultureInfo.InvariantCulture, $"{command} {Address:x}\r");
        await File.WriteAllTextAsync(board.Path, typed, TestContext.Current.CancellationToken);
        await board.HearAsync("## Ready for binary", s_patience);
        string script = $"cd '{_scratch.Beside(".")}' && {send.Replace("PORT", board.Path, StringComparison.Ordinal)}";
        return await Peer.RunAsync(["sh", "-c", script], s_patience);
    }

    private async Task<string> RunAsync(ConsoleOnPort board, string what, params string[] words)
    {
        Ended ended = await Peer.RunAsync([Paths.Unbrick, "console", what, .. words, "--port", board.Path + ":115200", "--json"], s_patience, _scratch.Environment);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        JsonElement result = JsonLines.Parse(ended.Output)[^1];
        return result.ToString();
    }

    private static string Shown(ProcessLine picocom)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        while (picocom.Read(buffer, TimeSpan.FromMilliseconds(300), out int count) == Hardware.Serial.SerialRead.Data)
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return text.ToString();
    }
}
