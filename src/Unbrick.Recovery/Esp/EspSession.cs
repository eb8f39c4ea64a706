using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Esp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Esp;

/// <summary>A chip in its loader: who it is, and how to talk to it.</summary>
public sealed class EspSession
{
    private static readonly TimeSpan s_atOnce = TimeSpan.FromSeconds(1.2), s_try = TimeSpan.FromSeconds(0.7);

    private static readonly int[] s_slower = [115200, 57600];

    private EspSession(EspRom rom, EspConnect connect, EspIdentity identity, long stray, string text)
    {
        (Rom, Connect, Identity, StrayAtStart, TextAtStart) = (rom, connect, identity, stray, text);
    }

    /// <summary>Its loader.</summary>
    public EspRom Rom { get; }

    /// <summary>Starts it.</summary>
    public EspConnect Connect { get; }

    /// <summary>Who it is.</summary>
    public EspIdentity Identity { get; }

    /// <summary>Bytes before the first answer.</summary>
    public long StrayAtStart { get; }

    /// <summary>What they were.</summary>
    public string TextAtStart { get; }

    /// <summary>The rate at which it did not answer, while it does at a lower one; 0 when it answered at once.</summary>
    public int WishedBaud { get; private init; }

    /// <summary>Gets the chip into its loader and finds out what it is; says so.</summary>
    /// <param name="bench">Port, and where to say things.</param>
    /// <param name="options">Rate and wait.</param>
    /// <param name="heard">Told what was on the line, as soon as the loader answers: counts, bytes before the first answer, and what they were.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="UnbrickException">It does not answer, or not as it should.</exception>
    public static EspSession Open(EspWorkbench bench, EspOptions options, Action<EspLineCounts, long, string> heard, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(heard);
        EspLink link = new(bench.Port, bench.Time);
        EspRom rom = new(link);
        EspConnect connect = new(rom, state => Say(bench, "port", Words(state)));
        long started = bench.Time.GetTimestamp();
        if (options.Baud is int baud && bench.Port.Info.HasRate)
            bench.Port.TrySetBaud(baud);
        TimeSpan first = options.Wait < s_atOnce ? options.Wait : s_atOnce;
        EspConnectState state = connect.Run(first, ct);
        int wished = bench.Port.Baud, slower = 0;
        if (state is EspConnectState.Silent or EspConnectState.Garbled && bench.Port.Info.HasRate)
        {
            foreach (int rate in s_slower.Where(rate => rate < wished))
            {
                if (ct.IsCancellationRequested || !bench.Port.TrySetBaud(rate))
                    break;
                state = connect.Run(s_try, ct);
                slower = rate;
                if (state == EspConnectState.DownloadMode)
                    break;
            }
            if (state != EspConnectState.DownloadMode)
            {
                bench.Port.TrySetBaud(wished);
                slower = 0;
            }
        }
        if (state != EspConnectState.DownloadMode && state != EspConnectState.Gone && !ct.IsCancellationRequested)
        {
            Say(bench, "now", bench.Port.Info.HasLines
                ? "hold the BOOT button (GPIO0 to ground), press reset or switch the power on"
                : "power off, GPIO0 to ground (GPIO9 on C3, C6 and H2), power on: 3.3 V only, never while the device is on mains");
            state = connect.Run(options.Wait - bench.Time.GetElapsedTime(started), ct);
        }
        ct.ThrowIfCancellationRequested();
        if (state != EspConnectState.DownloadMode)
            throw EspProblems.NotConnected(state, bench.Port.Info.Name, link.Text, bench.Time.GetElapsedTime(started));
        if (bench.Port.Info.HasLines)
            rom.Reset = connect.ResetIntoLoader;
        long stray = link.Counts.Stray;
        string text = link.Text;
        link.ForgetText();
        heard(link.Counts, stray, text);
        rom.Lost = () => heard(link.Counts, stray, text);
        EspIdentity identity = new EspIdentify(rom).Read();
        Say(bench, "chip", $"{identity.Name}, MAC {identity.Mac}{(identity.CrystalMhz > 0 ? $", {identity.CrystalMhz} MHz crystal" : "")}");
        Say(bench, "flash", $"{ByteText.Short(identity.FlashSize)}, id {identity.Jedec}");
        return new(rom, connect, identity, stray, text) { WishedBaud = slower > 0 ? wished : 0 };
    }

    /// <summary>Refuses what would end in a chip that does not start.</summary>
    public void CheckWritable()
    {
        if (Identity.IsProtected)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.EspFlashProtected, [$"status register 0x{Identity.FlashStatus:x2}: block protect bits are set"]), ExitCode.Refused);
        }
        if (Identity.IsEncrypted || Identity.IsSecureBoot)
        {
            string what = Identity.IsEncrypted ? "flash encryption" : "secure boot";
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.EspLocked, [$"fuses: {what} is on"], ("what", what)), ExitCode.Refused);
        }
    }

    private static string Words(EspConnectState state) => state switch
    {
        EspConnectState.DownloadMode => "the loader answers: download mode",
        EspConnectState.BootedNormally => "it started normally: the strap was not low when the power came",
        EspConnectState.WaitsUnheard => "it waits for a download, but does not hear us yet",
        EspConnectState.Echo => "what is sent comes back",
        EspConnectState.OtherDevice => "text comes that no ESP ROM writes",
        EspConnectState.Garbled => "something is heard that is no text",
        EspConnectState.Gone => "the port is gone",
        _ => "nothing is heard",
    };

    private static void Say(EspWorkbench bench, string topic, string text) => bench.Events.Publish(new Note(topic, text));
}
