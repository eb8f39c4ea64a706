using System.Globalization;
using System.Text.Json;
using Unbrick.E2E.Lab;
using Unbrick.Hardware.Serial;
using Unbrick.Hardware.Serial.Linux;

namespace Unbrick.E2E;

/// <summary>Serial ports behind ser2net: bytes alone, Telnet, and Telnet with RFC 2217.</summary>
public sealed class SerialServerTests : IDisposable
{
    private const string Raw = "tcp", Telnet = "telnet,tcp", Rfc2217 = "telnet(rfc2217),tcp";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Scratch _scratch = new();

    [Theory]
    [InlineData(Raw, "tcp")]
    [InlineData(Telnet, "tcp")]
    [InlineData(Rfc2217, "tcp")]
    [InlineData(Rfc2217, "rfc2217")]
    public async Task Each_byte_arrives_once_in_both_directions(string accepter, string scheme)
    {
        using PseudoTerminal device = PseudoTerminal.Create(null);
        await using SerialServer server = await SerialServer.StartAsync(_scratch, accepter, device.Path);
        using ISerialPort port = SerialPorts.Open(Address(scheme, server), TimeProvider.System);
        byte[] all = [0xFF, 0xFF, .. Enumerable.Range(0, 256).Select(i => (byte)i), 0xFF, 0xFD, 0x03, 0xFF, 0xF0, (byte)'\r', 0, (byte)'\r', (byte)'\n', 0xFF];

        port.Write(all);
        Assert.Equal(all, await CollectAsync(into => device.Read(into), all.Length));
        device.Write(all);
        Assert.Equal(all, await CollectAsync(into => port.Read(into, TimeSpan.Zero, out int count) == SerialRead.Data ? count : 0, all.Length));
    }

    [Fact]
    public async Task The_rate_of_the_far_port_is_set()
    {
        using PseudoTerminal device = PseudoTerminal.Create(null);
        await using SerialServer server = await SerialServer.StartAsync(_scratch, Rfc2217, device.Path);
        using ISerialPort port = SerialPorts.Open(Address("rfc2217", server) + ":57600", TimeProvider.System);
        Assert.Equal((57_600, 57_600), (port.Baud, device.Baud));
        Assert.True(port.TrySetBaud(9600));
        Assert.Equal((9600, 9600), (port.Baud, device.Baud));
    }

    [Theory]
    [InlineData(Raw, "tcp")]
    [InlineData(Rfc2217, "rfc2217")]
    public async Task A_boot_loader_is_driven_and_takes_a_file_of_all_bytes(string accepter, string scheme)
    {
        byte[] image = [.. Enumerable.Repeat((byte)0xFF, 600), .. Enumerable.Range(0, 2048).Select(i => (byte)i)];
        (string file, string copy) = (_scratch.Beside("image.bin"), _scratch.Beside("copy.bin"));
        await File.WriteAllBytesAsync(file, image, TestContext.Current.CancellationToken);
        using ConsoleOnPort board = new("sim:console/u-boot");
        await using SerialServer server = await SerialServer.StartAsync(_scratch, accepter, board.Path);
        string address = Address(scheme, server);

        Ended ran = await RunAsync(address, "run", "echo through $loadaddr");
        Assert.True(ran.ExitCode == 0, ran.ToString());
        Assert.Contains("through 0x40200000", ran.Output, StringComparison.Ordinal);
        Ended loaded = await RunAsync(address, "load", file, "--at", "0x40200000");
        Assert.True(loaded.ExitCode == 0, loaded.ToString());
        Ended read = await RunAsync(address, "backup", "--at", "0x40200000", "--length", $"{image.Length}", "-o", copy);
        Assert.True(read.ExitCode == 0, read.ToString());
        Assert.Equal(image, await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(Raw, "tcp", "Port already in use")]
    [InlineData(Rfc2217, "rfc2217", "Port already in use")]
    public async Task A_port_that_another_client_has_is_refused_in_the_server_s_own_words(string accepter, string scheme, string words)
    {
        using PseudoTerminal device = PseudoTerminal.Create(null);
        await using SerialServer server = await SerialServer.StartAsync(_scratch, accepter, device.Path);
        using ISerialPort other = SerialPorts.Open(Address(scheme, server), TimeProvider.System);
        await AssertProblemAsync(await RunAsync(Address(scheme, server), "run", "version"), "serial-refused", words);
    }

    [Theory]
    [InlineData(Raw, "tcp", "serial-refused", "Device open failure")]
    [InlineData(Rfc2217, "rfc2217", "serial-refused", "Device open failure")]
    public async Task A_server_without_its_adapter_is_told_from_one_that_is_not_there(string accepter, string scheme, string code, string words)
    {
        await using SerialServer server = await SerialServer.StartAsync(_scratch, accepter, _scratch.Beside("ttyUSB0"));
        await AssertProblemAsync(await RunAsync(Address(scheme, server), "run", "version"), code, words);
        await server.KillAsync();
        await AssertProblemAsync(await RunAsync(Address(scheme, server), "run", "version"), "serial-unreachable", "refused");
    }

    [Theory]
    [InlineData(Raw, "does not answer in Telnet")]
    [InlineData(Telnet, "speaks Telnet without RFC 2217")]
    public async Task A_server_without_RFC_2217_is_named_with_the_address_that_works(string accepter, string words)
    {
        using PseudoTerminal device = PseudoTerminal.Create(null);
        await using SerialServer server = await SerialServer.StartAsync(_scratch, accepter, device.Path);
        Ended ended = await RunAsync(Address("rfc2217", server), "run", "version");
        await AssertProblemAsync(ended, "serial-no-rfc2217", words);
        Assert.Contains(Address("tcp", server), ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Raw, "tcp")]
    [InlineData(Rfc2217, "rfc2217")]
    public async Task A_connection_that_breaks_in_the_middle_ends_the_job_with_its_problem(string accepter, string scheme)
    {
        await File.WriteAllBytesAsync(_scratch.Beside("big.bin"), new byte[1 << 20], TestContext.Current.CancellationToken);
        using ConsoleOnPort board = new("sim:console/u-boot");
        await using SerialServer server = await SerialServer.StartAsync(_scratch, accepter, board.Path);
        Task<Ended> job = RunAsync(Address(scheme, server), "load", _scratch.Beside("big.bin"), "--at", "0x40200000");
        await board.HearAsync("## Ready for binary", s_patience);
        await server.KillAsync();
        await AssertProblemAsync(await job, "loader-port-gone", null);
    }

    public void Dispose() => _scratch.Dispose();

    private static string Address(string scheme, SerialServer server) => string.Create(CultureInfo.InvariantCulture, $"{scheme}:127.0.0.1:{server.Port}");

    private static Task AssertProblemAsync(Ended ended, string code, string? words)
    {
        Assert.True(ended.ExitCode == 3, ended.ToString());
        JsonElement problem = JsonLines.Parse(ended.Output).Last(line => line.GetProperty("type").GetString() == "problem");
        Assert.Equal(code, problem.GetProperty("problem").GetProperty("code").GetString());
        if (words is not null)
            Assert.Contains(words, problem.ToString(), StringComparison.Ordinal);
        return Task.CompletedTask;
    }

    private static async Task<byte[]> CollectAsync(Func<byte[], int> read, int length)
    {
        List<byte> all = [];
        byte[] buffer = new byte[4096];
        for (DateTime end = DateTime.UtcNow + s_patience; all.Count < length && DateTime.UtcNow < end;)
        {
            int count = read(buffer);
            all.AddRange(buffer.AsSpan(0, count));
            if (count == 0)
                await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        return [.. all];
    }

    private Task<Ended> RunAsync(string address, string what, params string[] words) =>
        Peer.RunAsync([Paths.Unbrick, "console", what, .. words, "--port", address, "--json"], s_patience, _scratch.Environment);
}
