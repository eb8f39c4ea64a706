using System.Text;
using Unbrick.E2E.Lab;
using Unbrick.Hardware.Serial;

namespace Unbrick.E2E;

/// <summary><c>unbrick sim console</c>: a boot loader to practise on, for any terminal.</summary>
public sealed class ConsoleSimTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Picocom_finds_it_on_a_serial_port_and_starts_it_anew()
    {
        Needs.Programs("picocom");
        string link = _scratch.Beside("ttyV0");
        await using SimulatedBoard board = await SimulatedBoard.StartKindAsync(_scratch, "console", "--loader", "u-boot", "--board", "delay=5", "--pty", link);
        using (ProcessLine picocom = new(_scratch.Beside("."), "picocom", "-q", "-r", "-b", "115200", link))
        {
            Assert.Contains("stop autoboot", Until(picocom, "stop autoboot"), StringComparison.Ordinal);
            picocom.Write(" "u8);
            Until(picocom, "=> ");
            picocom.Write("reset\r"u8);
            Assert.Contains("U-Boot 2023.01", Until(picocom, "stop autoboot"), StringComparison.Ordinal);
            picocom.Write([0x01, 0x18]); // Ctrl-A Ctrl-X
            Assert.Equal(0, picocom.Wait());
        }
        Assert.Equal(0, (await board.StopAsync()).ExitCode);
        Assert.False(File.Exists(link));
    }

    [Theory]
    [InlineData("--rfc2217", "rfc2217")]
    [InlineData("--tcp", "tcp")]
    public async Task The_own_client_finds_it_on_a_network_port_one_after_the_other(string option, string scheme)
    {
        await using SimulatedBoard board = await SimulatedBoard.StartKindAsync(_scratch, "console", "--loader", "u-boot", option, "0");
        for (int i = 0; i < 2; i++)
        {
            Ended ended = await Peer.RunAsync([Paths.Unbrick, "console", "run", "version", "--port", $"{scheme}:127.0.0.1:{board.Place}", "--json"], s_patience, _scratch.Environment);
            Assert.True(ended.ExitCode == 0, ended.ToString());
            Assert.Contains("U-Boot 2023.01", ended.Output, StringComparison.Ordinal);
        }
        Assert.Equal(0, (await board.StopAsync()).ExitCode);
    }

    private static string Until(ProcessLine terminal, string text)
    {
        StringBuilder shown = new();
        byte[] buffer = new byte[4096];
        DateTime end = DateTime.UtcNow + s_patience;
        while (!shown.ToString().Contains(text, StringComparison.Ordinal))
        {
            Assert.True(DateTime.UtcNow < end, $"no {text} in: {shown}");
            if (terminal.Read(buffer, TimeSpan.FromMilliseconds(200), out int count) == SerialRead.Data)
                shown.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return shown.ToString();
    }
}
