using System.Text.Json;

namespace Unbrick.E2E.Lab;

/// <summary>
/// A chip of the lab (<c>bench/spi</c>) behind a programmer that is not there: what a client does with it takes modelled time, which is the same in
/// each run and on each machine.
/// </summary>
internal sealed class VirtualChip : IDisposable
{
    public const int Size = 16 << 20;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly Scratch _scratch = new();
    private readonly string _config;

    /// <param name="content">What it holds; what is left is erased.</param>
    public VirtualChip(byte[] content)
    {
        Content = _scratch.Beside("chip.bin");
        _config = _scratch.Beside("chip.cfg");
        ReportFile = _scratch.Beside("report.json");
        byte[] all = new byte[Size];
        Array.Fill(all, (byte)0xFF);
        content.CopyTo(all, 0);
        File.WriteAllBytes(Content, all);
        File.WriteAllText(_config, $"model=W25Q128BV\nimage={Content}\nstate={Content}.state\n");
    }

    public string Content { get; }

    public string ReportFile { get; }

    /// <summary>What the model counted.</summary>
    public JsonElement Report => JsonElement.Parse(File.ReadAllText(ReportFile));

    public double Seconds => Report.GetProperty("modelled_s").GetDouble();

    public static byte[] Noise(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    public string Beside(string name) => _scratch.Beside(name);

    /// <summary>Runs the probe with the virtual CH341A in libusb's place; the bus with 1 ms frames and one buffer in the device.</summary>
    public Task<Ended> UsbAsync(string[] arguments, params (string, string)[] settings) =>
        ProbeAsync(arguments, [("LD_LIBRARY_PATH", Paths.SpiLab), ("VUSB_REPORT", ReportFile), ("VUSB_HC", "frame"), .. settings]);

    /// <summary>Runs unbrick itself with the virtual CH341A in libusb's place.</summary>
    public Task<Ended> UnbrickAsync(string[] arguments, params (string, string)[] settings) =>
        RunAsync(Paths.Unbrick, arguments, [("LD_LIBRARY_PATH", Paths.SpiLab), ("VUSB_REPORT", ReportFile), ("VUSB_HC", "frame"), .. settings]);

    /// <summary>Runs the probe with a virtual <c>/dev/spidev0.0</c>.</summary>
    public Task<Ended> SpidevAsync(params string[] arguments) =>
        ProbeAsync(arguments, [("LD_PRELOAD", Path.Combine(Paths.SpiLab, "libvspidev.so")), ("VSPI_REPORT", ReportFile)]);

    /// <summary>Runs the probe as it is.</summary>
    public Task<Ended> ProbeAsync(string[] arguments, params (string Name, string Value)[] settings) => RunAsync(Paths.SpiProbe, arguments, settings);

    private Task<Ended> RunAsync(string program, string[] arguments, (string Name, string Value)[] settings)
    {
        Dictionary<string, string> environment = new(_scratch.Environment) { ["UNBRICK_VCHIP"] = _config };
        foreach ((string name, string value) in settings)
            environment[name] = value;
        return Peer.RunAsync([program, .. arguments], s_limit, environment);
    }

    /// <summary>Starts a serprog with this chip, which serves one client.</summary>
    /// <returns>The program and its TCP port.</returns>
    public async Task<(Peer Server, string Port)> SerprogAsync(params string[] options)
    {
        Peer server = Peer.Start(
            ["python3", Path.Combine(Paths.Repository, "bench", "spi", "vserprog.py"), "--chip", _config, "--report", ReportFile, "--once", .. options]);
        return (server, (await FirstLineAsync(server)).Split(' ')[1]);
    }

    public static async Task<string> FirstLineAsync(Peer program)
    {
        for (int i = 0; i < 600 && !program.Output.Contains('\n'); i++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(program.Output.Contains('\n'), program.Errors);
        return program.Output.Split('\n')[0];
    }

    public void Dispose() => _scratch.Dispose();
}
