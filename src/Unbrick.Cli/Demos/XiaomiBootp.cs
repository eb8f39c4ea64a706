using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Formats.Xiaomi;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.BootLogs;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Serve;
using Unbrick.Sim;
using Unbrick.Sim.Consoles;

namespace Unbrick.Cli.Demos;

/// <summary>
/// Thread 002: a Mi Router 4A Gigabit asks for an image by DHCP, gets one, and refuses it; what it thinks stands on its serial console only. The
/// wrong image by any server, the same one by this server, and the right one, each with what the console says.
/// </summary>
internal static class XiaomiBootp
{
    public const string Name = "xiaomi-bootp";
    public const string Title = "a router that refuses its image over the network, and says why on its console only (thread 002)";

    private const string Device = "xiaomi_mi-router-4a-gigabit", Loader = "sim:console/xiaomi-recovery";
    private const ushort Model = 17, OtherModel = 20;

    /// <summary>Sizes of the images in the thread's two logs.</summary>
    private const int RefusedSize = 10_486_708, WrittenSize = 13_370_296;

    private const int FirmwareAt = 0x18_0000, FirmwareSize = 0xcc_0004, HeadersAndSignature = 0x1a0;

    public static ServeResult Play(VirtualTime time, int seed, double speed, IEventSink events, CancellationToken ct)
    {
        using Unbrick.Sim.Consoles.ConsoleBench bench = ConsoleSims.OpenBench($"{Loader}?seed={seed}", time);
        Pacer pacer = new(speed, ct);
        Listener listener = new(bench, events);
        bench.Host.Pacer = moment =>
        {
            pacer.Pace(moment);
            listener.Drain();
        };
        DeviceLibrary devices = new();
        byte[] firmware = Noise(FirmwareSize, seed);
        byte[] wrong = Image(OtherModel, Noise(RefusedSize - WrittenSize + FirmwareSize, seed + 1)), right = Image(Model, firmware);

        Tell(events, "act 1", "A server that gives away what it has, as in the thread: an image for another model. The serial console is recorded.");
        ServeOptions options = new() { Device = Device, Image = "recovery.bin", ImageContent = wrong };
        using (CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(ct))
            Serve(bench, devices, new AnyServer(events, enough), options with { Anyway = true }, seed, enough.Token);
        ct.ThrowIfCancellationRequested();
        listener.Say();

        Tell(events, "act 2", "unbrick serve with the same image: it is looked at before the router is answered.");
        try
        {
            return Serve(bench, devices, events, options, seed, ct) with { Exit = ExitCode.Failed };
        }
        catch (UnbrickException e) when (e.ExitCode == ExitCode.BadImage)
        {
            events.Publish(new Found(e.Problem));
        }

        Tell(events, "act 3", "The image for this model and region. Power off and on, the button held; unbrick serve; the console is recorded anew.");
        bench.Device.PowerOff();
        listener.Begin();
        bench.Device.PowerOn();
        ServeResult result = Serve(bench, devices, events, options with { ImageContent = right }, seed, ct);
        listener.Listen(TimeSpan.FromSeconds(5));
        BootVerdict verdict = listener.Say();
        bool same = bench.Device.Flash.Span[FirmwareAt..].StartsWith(firmware);
        Tell(events, "checked", same && verdict.Healthy
            ? $"The flash of the simulated router holds the firmware, byte for byte: {ByteText.Exact(firmware.Length)}; its console says that it starts."
            : "The simulated router did not come back as it should.");
        bool well = same && verdict.Healthy && result.Outcome == "recovered";
        return result with { Outcome = well ? "recovered" : "failed", Exit = well ? ExitCode.Done : same ? ExitCode.Failed : ExitCode.FailedAfterChange };
    }

    private static ServeResult Serve(
        Unbrick.Sim.Consoles.ConsoleBench bench, DeviceLibrary devices, IEventSink events, ServeOptions options, int seed, CancellationToken ct)
    {
        using ServeJob job = new(new Workbench(bench.Host, devices, events, null, new Random(seed)), options);
        return job.Run(ct);
    }

    private static byte[] Noise(int size, int seed)
    {
        byte[] bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>In the shape of a stock image; the signature is none, and the simulated loader does not look at it.</summary>
    private static byte[] Image(ushort model, byte[] firmware) => XiaomiHdr1.Write(model, [
        new XiaomiSection(XiaomiSection.NotFlashed, 0xFFFF, "xiaoqiang_version", new byte[WrittenSize - FirmwareSize - HeadersAndSignature]),
        new XiaomiSection(FirmwareAt, 4, "firmware.bin", firmware),
    ]);

    private static void Tell(IEventSink events, string topic, string text) => events.Publish(new Note(topic, text));

    /// <summary>A server that only gives away: nothing is told but what goes over the wire, and it ends when the image was refused.</summary>
    private sealed class AnyServer(IEventSink events, CancellationTokenSource enough) : IEventSink
    {
        public void Publish(UnbrickEvent item)
        {
            if (item is Found { Problem.Code: ProblemCode.ImageRefused })
                enough.Cancel();
            else if (item is Wire or TransferEnded && !enough.IsCancellationRequested)
                events.Publish(item);
        }
    }

    /// <summary>The console: read as it comes, judged when asked.</summary>
    private sealed class Listener(Unbrick.Sim.Consoles.ConsoleBench bench, IEventSink events)
    {
        private readonly byte[] _buffer = new byte[4096];
        private BootReader _reader = new();

        /// <summary>Forgets what it heard.</summary>
        public void Begin()
        {
            Drain();
            _reader = new();
        }

        /// <summary>Takes what is there.</summary>
        public void Drain() => Listen(TimeSpan.Zero);

        /// <summary>Goes on listening for so long.</summary>
        public void Listen(TimeSpan wait)
        {
            TimeSpan end = bench.Time.Elapsed + wait;
            while (bench.Port.Read(_buffer, end - bench.Time.Elapsed, out int count) == SerialRead.Data)
                _reader.Take(_buffer.AsSpan(0, count), bench.Time.Elapsed);
        }

        /// <summary>Tells what the console said, line by line, and what it means.</summary>
        public BootVerdict Say()
        {
            Drain();
            long last = 0;
            bool tells = false;
            foreach (StoryLine line in _reader.Story())
            {
                tells |= line.Text.Contains("Bytes transferred", StringComparison.Ordinal);
                if (!tells || line.First == last)
                    continue;
                last = line.First;
                string numbers = line.First == line.Last ? $"line {line.First}" : $"lines {line.First} to {line.Last}";
                Tell(events, "console", $"{numbers}: {line.Text.Trim()} = {line.Says}");
            }
            BootVerdict verdict = _reader.Judge(bench.Time.Elapsed);
            Problem problem = BootAdvice.Of(verdict);
            if (verdict.Healthy)
                Tell(events, "verdict", $"{verdict.Cause}: {problem.Title}");
            else
                events.Publish(new Found(problem));
            return verdict;
        }
    }
}
