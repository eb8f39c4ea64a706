using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Text;
using Unbrick.Formats.TpLink;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Serve;
using Unbrick.Sim;
using Unbrick.Sim.Devices;

namespace Unbrick.Cli.Demos;

/// <summary>
/// Thread 000: the TFTP recovery of an Archer C7 v2 stops at a random percentage and starts again, again and again. First with a server that
/// waits as the usual ones do, then with this one, over the same bad cable, to the device that never stopped asking.
/// </summary>
internal static class ArcherC7Stall
{
    public const string Name = "archer-c7-stall";
    public const string Title = "a recovery that halts at random percentages, over a cable that loses one packet in a thousand (thread 000)";

    /// <summary>Size of the image in the story: all that the firmware partition holds.</summary>
    private const int ImageSize = 0xf8_0000;

    private const int FailuresToShow = 2;

    public static ServeResult Play(VirtualTime time, int seed, double speed, IEventSink events, CancellationToken ct)
    {
        SimBench bench = SimCatalogue.Open($"fault:loss=0.1%,seed={seed}:sim:router/archer-c7-v2", time);
        bench.Host.Pacer = new Pacer(speed, ct).Pace;
        byte[] image = Image(seed);
        ServeOptions options = new() { Device = "archer-c7-v2", Image = "ArcherC7v2_recovery.bin", ImageContent = image };
        DeviceLibrary devices = new();

        Tell(events, "act 1", "A server that waits as long as the device asks for, as tftpd-hpa, atftpd and others do.");
        using (CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            CountFailures counted = new(events, FailuresToShow, enough);
            using ServeJob usual = new(new Workbench(bench.Host, devices, counted, null, new Random(seed)), options with { Heal = false });
            usual.Run(enough.Token);
        }
        if (ct.IsCancellationRequested)
            return new ServeResult("failed", 0, []) { Exit = ExitCode.Interrupted };

        Tell(events, "act 2", "The same device, the same cable, the same seed of bad luck. Now unbrick as it is.");
        using ServeJob ours = new(new Workbench(bench.Host, devices, events, null, new Random(seed)), options);
        ServeResult result = ours.Run(ct);
        if (result.Outcome != "recovered")
            return result with { Exit = result.Exit == ExitCode.Done ? ExitCode.Failed : result.Exit };
        TpLinkRecovery router = (TpLinkRecovery)bench.Device;
        bool same = router.Flash.Span.StartsWith(image);
        Tell(events, "checked", same
            ? $"The flash of the simulated router holds the image, byte for byte: {ByteText.Exact(image.Length)}."
            : "The flash of the simulated router does not hold the image.");
        return result with { Outcome = same ? "recovered" : "failed", Exit = same ? ExitCode.Done : ExitCode.FailedAfterChange };
    }

    /// <summary>Noise behind a right header for this device, so that it is checked like any other image.</summary>
    private static byte[] Image(int seed)
    {
        byte[] payload = new byte[ImageSize - TpLinkV1Header.Size];
        new Random(seed).NextBytes(payload);
        const uint kernel = 0x10_0000;
        TpLinkV1Header header = new(
            TpLinkV1Header.Version1, 0xc700_0002, 1, 0, 0x8006_0000, 0x8006_0000, ImageSize, TpLinkV1Header.Size, kernel,
            TpLinkV1Header.Size + kernel, (uint)payload.Length - kernel, 0, 0, 0, 0, 0);
        return TpLinkV1.Write(header, payload);
    }

    private static void Tell(IEventSink events, string topic, string text) => events.Publish(new Note(topic, text));

    /// <summary>Ends the first act when it has failed often enough to be believed; what the job says to its end is not part of the story.</summary>
    private sealed class CountFailures(IEventSink events, int most, CancellationTokenSource enough) : IEventSink
    {
        private int _failures;

        public void Publish(UnbrickEvent item)
        {
            if (enough.IsCancellationRequested)
                return;
            events.Publish(item);
            if (item is Found { Problem.Code: ProblemCode.DeviceRestarted } && ++_failures >= most)
            {
                Tell(events, "and so on", "Every try ends somewhere else. Act 1 stops here; a person would go on for hours.");
                enough.Cancel();
            }
        }
    }
}
