using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Questions;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Esp;
using Unbrick.Sim;
using Unbrick.Sim.Esp;
using Unbrick.Tests.Sim.Esp;
using EspOptions = Unbrick.Recovery.Esp.EspOptions;

namespace Unbrick.Tests.Recovery.Esp;

public sealed class EspJobTests : IDisposable
{
    private static readonly string[] s_notReady = ["esp-booted-normally", "esp-garbled"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-esp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Nothing_is_written_without_a_yes()
    {
        using ISerialPort port = Port("sim:esp/esp8285?flash=256K", out VirtualTime time);

        EspResult result = new EspJob(Bench(port, time, ask: null), new EspOptions()).Erase(CancellationToken.None);

        Assert.Equal((ExitCode.Refused, "esp-not-agreed", "as-before"), (result.Exit, Assert.Single(result.Diagnosis, d => d.Code == "esp-not-agreed").Code, result.State));
    }

    [Fact]
    public void A_backup_is_forced_and_what_is_in_it_is_said()
    {
        using ISerialPort port = Port("sim:esp/esp32?flash=256K", out VirtualTime time);
        List<UnbrickEvent> said = [];

        EspResult result = new EspJob(Bench(port, time, new Yes(), said), new EspOptions()).Erase(CancellationToken.None);

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal(256 << 10, new FileInfo(result.Backup!).Length);
        Assert.Contains(said.OfType<Note>(), note => note.Topic == "secret");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(result.Backup!));
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        using ISerialPort port = Port("sim:esp/esp8266?flash=256K", out VirtualTime time);

        EspResult result = new EspJob(Bench(port, time, ask: null), new EspOptions { DryRun = true }).Erase(CancellationToken.None);

        Assert.Equal(("planned", ExitCode.Done, "as-before"), (result.Outcome, result.Exit, result.State));
    }

    [Fact]
    public void A_dump_of_another_size_is_not_restored()
    {
        using ISerialPort port = Port("sim:esp/esp8266?flash=256K", out VirtualTime time);

        EspResult result = new EspJob(Bench(port, time, new Yes()), new EspOptions()).Restore("other.bin", new byte[1 << 20], CancellationToken.None);

        Assert.Equal((ExitCode.BadImage, "as-before"), (result.Exit, result.State));
    }

    [Fact]
    public void A_port_without_a_chip_is_told_as_that()
    {
        using ISerialPort port = Port("sim:esp/esp8266?strap=high", out VirtualTime time);

        EspResult result = new EspJob(Bench(port, time, ask: null), new EspOptions { Wait = TimeSpan.FromSeconds(4) }).Probe(CancellationToken.None);

        Assert.Equal(ExitCode.NotFound, result.Exit);
        Assert.Contains(Assert.Single(result.Diagnosis).Code, s_notReady);
    }

    [Fact]
    public void A_start_that_nobody_saw_is_not_called_done()
    {
        byte[] image = EspImages.Arduino("tasmota", mode: 3, size: 0x8000);
        foreach ((IEspBootReader reader, string outcome) in new (IEspBootReader, string)[] { (new EspBootReading(), "done"), (new Deaf(), "written") })
        {
            using ISerialPort port = Port("sim:esp/esp8285?flash=256K", out VirtualTime time);
            EspWorkbench bench = Bench(port, time, new Yes()) with { BootReader = reader };

            EspResult result = new EspJob(bench, new EspOptions { NoBackup = true }).Flash("plug.bin", image, CancellationToken.None);

            Assert.Equal((outcome, ExitCode.Done, "as-planned"), (result.Outcome, result.Exit, result.State));
            Assert.Equal("readback", Assert.Single(result.Written).Verified);
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0x1000L, false)]
    public void Flash_settings_are_changed_where_the_ROM_reads_them_and_nowhere_else(long? offset, bool changes)
    {
        using ISerialPort port = Port("sim:esp/esp8285?flash=256K", out VirtualTime time);
        List<UnbrickEvent> said = [];

        EspResult result = new EspJob(Bench(port, time, new Yes(), said), new EspOptions { Offset = offset, DryRun = true })
            .Flash("plug.bin", EspImages.Arduino("tasmota", mode: 2, size: 0x8000), CancellationToken.None);

        Assert.Equal("planned", result.Outcome);
        Assert.Equal(changes, said.OfType<Note>().Any(note => note.Topic == "patch"));
    }

    private static ISerialPort Port(string address, out VirtualTime time)
    {
        time = new VirtualTime(DateTimeOffset.UnixEpoch);
        return EspSims.Open(address, time);
    }

    private EspWorkbench Bench(ISerialPort port, VirtualTime time, IAsk? ask, List<UnbrickEvent>? said = null) =>
        new(port, new Sink(said ?? []), _folder.FullName, time, ask) { IsSimulated = true };

    private sealed class Sink(List<UnbrickEvent> said) : IEventSink
    {
        public void Publish(UnbrickEvent item) => said.Add(item);
    }

    /// <summary>As when the line is taken off with the strap.</summary>
    private sealed class Deaf : IEspBootReader
    {
        public EspBootVerdict Read(ImmutableArray<string> lines) => new EspBootRules().Read([]);
    }

    private sealed class Yes : IAsk
    {
        public ValueTask<string> AskAsync(Question question, CancellationToken ct) => ValueTask.FromResult(Question.Yes);
    }
}
