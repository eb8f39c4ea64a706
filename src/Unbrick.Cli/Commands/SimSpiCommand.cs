using System.CommandLine;
using System.Net.Sockets;
using Unbrick.Cli.Sims;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Spi.Serprog;
using Unbrick.Sim;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick sim spi</c> was asked for.</summary>
internal sealed record SimSpiWords(string Chip, string? Image, string? State, string? Faults, int Seed, int Port);

/// <summary><c>unbrick sim spi</c>: a simulated flash chip behind serprog, which flashrom speaks.</summary>
internal static class SimSpiCommand
{
    private const int UsualPort = 4000;

    public static Command Create(CliConsole console)
    {
        Option<string> chip = new("--chip")
        {
            Description = $"{string.Join(", ", SimNorModels.Names)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => SimNorModels.Names[0],
        };
        Option<string?> image = new("--image") { Description = "File with its content; made when missing, written when a client leaves.", HelpName = "FILE" };
        Option<string?> state = new("--state") { Description = "The same for registers, security registers, unique id.", HelpName = "FILE" };
        Option<string?> fault = new("--fault") { Description = "What is wrong: flip=300ppb,lost=100+20 (help faults).", HelpName = "FAULTS" };
        Option<int> seed = new("--seed") { Description = "Another seed is another chip of its kind; 1 without it.", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<int> port = new("--serprog")
        {
            Description = $"TCP port on this machine; {UsualPort} without it, 0 for a free one.",
            HelpName = "PORT",
            DefaultValueFactory = _ => UsualPort,
        };
        DocumentedCommand spi = new("spi", "A simulated SPI flash chip behind serprog, for flashrom and others; until Ctrl-C.")
        {
            Usage = ["sim spi [--chip NAME] [--image FILE] [OPTIONS]"],
            Examples = ["sim spi", "sim spi --chip GD25Q128C --image dump.bin", "sim spi --chip W25Q64FV --fault lost=1000+20,seed=3 --serprog 4001"],
            Related = ["help faults"],
        };
        foreach (Option option in (Option[])[chip, image, state, fault, seed, port])
            spi.Add(option);
        spi.SetAction((parsed, ct) =>
        {
            SimSpiWords words = new(
                parsed.GetValue(chip)!, parsed.GetValue(image), parsed.GetValue(state), parsed.GetValue(fault), parsed.GetValue(seed), parsed.GetValue(port));
            return SimRun.UntilStoppedAsync(console, stop => ServeAsync(words, console, stop), ct);
        });
        return spi;
    }

    private static async Task ServeAsync(SimSpiWords words, CliConsole console, CancellationToken ct)
    {
        if (words.Port is < 0 or > 65_535)
            throw Usage("sim-bad-value", $"there is no port {words.Port}", "--serprog takes 0 to 65535", "leave it away, or take 0 for a free port");
        VirtualTime time = new(console.Time.GetUtcNow());
        SimSpiOptions options = new() { Image = words.Image, State = words.State, Save = true, Seed = (ulong)words.Seed, Timing = SimSpiTiming.Serprog };
        SpiFaults? faults = words.Faults is null ? null : SpiFaultList.Parse(words.Faults);
        SimSpiBench bench = SpiSims.Open(SpiSims.Model(words.Chip), options, faults, time);
        SerprogServerOptions server = new() { Name = $"sim {bench.Chip.Model.Name}", Delay = time.Advance };
        using SerprogListener listener = new(bench.Connect, server, () => Save(bench, words));
        int port;
        try
        {
            port = listener.Start(words.Port);
        }
        catch (SocketException e)
        {
            throw Usage(
                "sim-port", $"port {words.Port} cannot be opened", $"127.0.0.1:{words.Port}: {e.SocketErrorCode}",
                $"take another one: --serprog {(words.Port == UsualPort ? UsualPort + 1 : UsualPort)}, or 0 for a free one");
        }
        SimRun.Tell(console, "chip", $"{bench.Chip.Model.Name}, {ByteText.Exact(bench.Chip.Model.Size)}");
        SimRun.Tell(console, "image", words.Image is null ? "none: erased, and forgotten at the end" : SafeText.Show(words.Image));
        if (words.Faults is not null)
            SimRun.Tell(console, "faults", SafeText.Show(words.Faults));
        SimRun.Tell(console, "serprog", $"127.0.0.1:{port}");
        SimRun.Tell(console, "try", $"flashrom -p serprog:ip=127.0.0.1:{port}");
        await console.Out.FlushAsync(ct);
        await listener.RunAsync(ct);
    }

    private static void Save(SimSpiBench bench, SimSpiWords words)
    {
        try
        {
            bench.Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Usage("sim-not-saved", "the chip could not be saved", e.Message, $"see that {words.Image ?? words.State} can be written");
        }
    }

    private static UnbrickException Usage(string code, string title, string seen, string attempt) =>
        new(new Problem(code, Severity.Error, title, [seen], "the simulated chip is not there for other programs", [attempt]), ExitCode.Usage);
}
