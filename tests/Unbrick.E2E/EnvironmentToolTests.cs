using System.Text;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>An environment edited with <c>unbrick image edit</c> against the tools that come with U-Boot.</summary>
public sealed class EnvironmentToolTests : IDisposable
{
    private const int Size = 0x1000, Sector = 0x1_0000, First = 0x3_0000, Second = 0x4_0000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Scratch _scratch = new();

    [Fact]
    public async Task The_edited_bytes_are_those_that_mkenvimage_makes()
    {
        Needs.Programs("mkenvimage");
        byte[] before = await EnvironmentAsync("bootcmd=tftp\nbootdelay=1\nipaddr=192.168.1.1\n");
        string dump = _scratch.Serve("dump.bin", Dump((First, before)));

        byte[] edited = await EditAsync(dump, "--set", "bootdelay=5", "--set", "uart_en=1", "--unset", "ipaddr");

        byte[] expected = await EnvironmentAsync("bootcmd=tftp\nbootdelay=5\nuart_en=1\n");
        Assert.Equal(Dump((First, expected)), edited);
    }

    [Fact]
    public async Task Fw_printenv_reads_what_was_set_out_of_the_dump()
    {
        Needs.Programs("mkenvimage", "fw_printenv");
        byte[] before = await EnvironmentAsync("bootcmd=tftp 0x81000000 a.bin\nbootdelay=1\nipaddr=192.168.1.1\n");
        string dump = _scratch.Serve("dump.bin", Dump((First, before)));

        await EditAsync(dump, "--set", "bootdelay=5", "--set", "bootargs=console=ttyS0,115200 root=/dev/mtdblock5");

        Assert.Equal(
            ["bootargs=console=ttyS0,115200 root=/dev/mtdblock5", "bootcmd=tftp 0x81000000 a.bin", "bootdelay=5", "ipaddr=192.168.1.1"],
            await PrintenvAsync(First));
    }

    [Fact]
    public async Task Of_two_copies_the_written_one_is_the_one_that_fw_printenv_takes_and_the_other_keeps_the_old_values()
    {
        Needs.Programs("mkenvimage", "fw_printenv");
        byte[] active = await EnvironmentAsync("bootdelay=1\nserial=active\n", "-r");
        byte[] older = await EnvironmentAsync("bootdelay=0\nserial=older\n", "-r");
        older[4] = 0; // the flag of mkenvimage is 1; the CRC does not cover it
        string dump = _scratch.Serve("dump.bin", Dump((First, active), (Second, older)));
        Assert.Equal(["bootdelay=1", "serial=active"], await PrintenvAsync(dump, First, Second));

        byte[] edited = await EditAsync(dump, "--set", "bootdelay=5");

        Assert.Equal(["bootdelay=5", "serial=active"], await PrintenvAsync(First, Second));
        Assert.Equal(active[5..], edited[(First + 5)..(First + Size)]);
    }

    public void Dispose() => _scratch.Dispose();

    private static byte[] Dump(params (int At, byte[] Environment)[] copies)
    {
        byte[] dump = new byte[0x10_0000];
        new Random(5).NextBytes(dump);
        foreach ((int at, byte[] environment) in copies)
        {
            dump.AsSpan(at, Sector).Fill(0xFF);
            environment.CopyTo(dump, at);
        }
        return dump;
    }

    private async Task<byte[]> EnvironmentAsync(string text, params string[] options)
    {
        string source = _scratch.Beside("env.txt"), made = _scratch.Beside("env.bin");
        await File.WriteAllTextAsync(source, text, Encoding.ASCII, TestContext.Current.CancellationToken);
        await RunAsync("mkenvimage", ["-s", "0x1000", .. options, "-o", made, source]);
        return await File.ReadAllBytesAsync(made, TestContext.Current.CancellationToken);
    }

    private async Task<byte[]> EditAsync(string dump, params string[] options)
    {
        await RunAsync(Paths.Unbrick, ["image", "edit", dump, .. options, "-o", Edited, "--force"]);
        return await File.ReadAllBytesAsync(Edited, TestContext.Current.CancellationToken);
    }

    private string Edited => _scratch.Beside("edited.bin");

    private Task<string[]> PrintenvAsync(params int[] copies) => PrintenvAsync(Edited, copies);

    /// <summary>The variables in alphabetical order, as fw_printenv reads them from copies at those places of a file.</summary>
    private async Task<string[]> PrintenvAsync(string file, params int[] copies)
    {
        string config = _scratch.Beside("fw_env.config");
        await File.WriteAllLinesAsync(
            config, copies.Select(at => $"{file} 0x{at:x} 0x{Size:x} 0x{Sector:x}"), Encoding.ASCII, TestContext.Current.CancellationToken);
        Ended ended = await RunAsync("fw_printenv", ["-c", config]);
        return [.. ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    private async Task<Ended> RunAsync(string program, string[] words)
    {
        Ended ended = await Peer.RunAsync([program, .. words], s_limit, _scratch.Environment);
        Assert.True(ended.ExitCode == 0, $"{program}: {ended}");
        return ended;
    }
}
