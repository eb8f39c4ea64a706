using Unbrick.Cli.Commands;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Cli.Demos;

/// <summary>
/// Thread 003: a router with a locked boot loader and another unit's addresses in its flash. A clip on its chip that needs many tries, a contact that
/// is not good enough, a clip that slips off in the midst of a write; and a chip that is right in the end.
/// </summary>
internal static class XiaomiClip
{
    public const string Name = "xiaomi-clip";
    public const string Title = "a locked router's flash through a clip: bad contact, backup, edit, the clip slips, and the write goes on (thread 003)";

    private const string Device = "xiaomi_mi-router-4a-gigabit", Label = "50:64:2b:11:22:30";
    private const int PagesBeforeItSlips = 20;

    /// <summary>The clip is being put on: nothing for some looks, then now and then a wire too few, then it sits.</summary>
    private const string PuttingOn = "lost=0+44,lost=51+3,lost=60+2,lost=66+9/00";

    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(200);

    public static JobResult Play(VirtualTime time, int seed, double speed, IEventSink events, CancellationToken ct)
    {
        // Addresses of a dump that went round in a forum: every unit that got it has them.
        byte[] before = new XiaomiDump(seed).Make(0, 0, "EC4118C8D42E", "EC4118C8D42F", "EC4118C8D42C", "EC4118C8D42D");
        SimNor chip = new(SimSpiModel(), before, (ulong)seed);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("unbrick-demo-");
        try
        {
            Stage stage = new(chip, time, new Pacer(speed, ct), new AtHome(events, folder.FullName), folder.FullName);
            return Play(stage, seed, ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JobResult Play(Stage stage, int seed, CancellationToken ct)
    {
        Tell(stage.Events, "act 1", "unbrick spi probe --watch, while the clip is being put on.");
        stage.With($"{PuttingOn},seed={seed}", int.MaxValue, job => job.Watch(() => stage.Wait(s_betweenLooks), ct));
        Tell(stage.Events, "act 2", "unbrick spi backup, over a contact of which one byte in two thousand comes wrong.");
        stage.With($"flip=400ppm,seed={seed}", int.MaxValue, job => job.Backup(null, ct));
        Tell(stage.Events, "act 3", "The clip is put on again. unbrick spi backup.");
        JobResult read = stage.With(null, int.MaxValue, job => job.Backup(null, ct));
        if (read.Exit != ExitCode.Done)
            return read;
        Tell(stage.Events, "act 4", $"unbrick spi edit --device {Device} --set bootdelay=5 --set uart_en=1 --mac-from-label {Label}, and the clip slips off.");
        EditRequest request = ImageEditCommand.Request(["bootdelay=5", "uart_en=1"], [], [], Label);
        stage.With(null, PagesBeforeItSlips, job => job.Edit(request, ct));
        Tell(stage.Events, "act 5", "The clip is put on again. unbrick spi write --resume.");
        JobResult rest = stage.With(null, int.MaxValue, job => job.Resume(ct));
        if (rest.Exit != ExitCode.Done)
            return rest;
        byte[] wanted = new XiaomiDump(seed).Make(5, 1, "50642B112231", "50642B112232", "50642B11222F", "50642B112230");
        bool same = stage.Chip.Content.Span.SequenceEqual(wanted);
        Tell(stage.Events, "checked", same
            ? $"The simulated chip holds what it is to hold, byte for byte: {ByteText.Exact(wanted.Length)}, four addresses of its own, a menu that waits."
            : "The simulated chip does not hold what it is to hold.");
        return rest with { Exit = same ? ExitCode.Done : ExitCode.FailedAfterChange };
    }

    private static SimNorModel SimSpiModel() => SpiSims.Model("GD25Q128C");

    private static void Tell(IEventSink events, string topic, string text) => events.Publish(new Note(topic, text));

    /// <summary>What is kept for the length of the story is told at the place where it would be kept.</summary>
    private sealed class AtHome(IEventSink events, string folder) : IEventSink
    {
        public void Publish(UnbrickEvent item) =>
            events.Publish(item is Note note ? note with { Text = note.Text.Replace(folder, "~/.local/state/unbrick", StringComparison.Ordinal) } : item);
    }

    /// <summary>One chip, one clock and one memory of backups for all acts.</summary>
    private sealed class Stage(SimNor chip, VirtualTime time, Pacer pacer, IEventSink events, string folder)
    {
        private readonly ChipLibrary _chips = new();
        private readonly DeviceProfile _device = ImageRun.Device(Device);

        public SimNor Chip => chip;

        public IEventSink Events => events;

        /// <summary>Puts the clip on, does a job, and tells what stopped it as the command line would.</summary>
        public JobResult With(string? faults, int pages, Func<SpiJob, SpiResult> work)
        {
            using SimSpiBench bench = new(chip, time, SimSpiTiming.Ch341a, faults is null ? null : SpiFaultList.Parse(faults));
            using SlippingClip clip = new(bench.Connect(), pages, () => pacer.Pace(time.Elapsed));
            SpiWorkbench table = new(clip, _chips, events, new BackupStore(Path.Combine(folder, "backups")), Path.Combine(folder, "spi"), time, new YesToAll());
            try
            {
                return work(new SpiJob(table, new SpiOptions { Device = _device }));
            }
            catch (UnbrickException e)
            {
                events.Publish(new Found(e.Problem));
                return new ServeResult("failed", 0, [e.Problem]) { Exit = e.ExitCode };
            }
        }

        public void Wait(TimeSpan span)
        {
            time.Advance(span);
            pacer.Pace(time.Elapsed);
        }
    }
}
