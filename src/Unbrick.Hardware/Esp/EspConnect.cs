using System.Text.RegularExpressions;
using Unbrick.Hardware.Serial;

namespace Unbrick.Hardware.Esp;

/// <summary>
/// Gets a chip into its ROM loader: by the reset circuit where there is one, and otherwise by listening until a hand has grounded the strap and
/// switched the power on, and answering the moment that the ROM wakes.
/// </summary>
/// <param name="rom">The loader.</param>
/// <param name="say">Told each new state as soon as it is seen.</param>
public sealed partial class EspConnect(EspRom rom, Action<EspConnectState> say)
{
    private const int Esp8266BootBaud = 74880;

    private static readonly TimeSpan[] s_pauses = [.. new[] { 250, 400, 700, 1000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    /// <summary>For all ways of resetting, a slow line included.</summary>
    private static readonly TimeSpan s_reset = TimeSpan.FromSeconds(8);

    private EspConnectState _state;

    private EspLink Link => rom.Link;

    /// <summary>Tries until the loader answers or the time is up; says how it ended.</summary>
    /// <param name="most">At most that long.</param>
    /// <param name="ct">Ends it.</param>
    public EspConnectState Run(TimeSpan most, CancellationToken ct)
    {
        long started = Link.Time.GetTimestamp();
        try
        {
            if (Link.Port.Info.HasLines && WithLines(most, ct))
                return EspConnectState.DownloadMode;
            bool slowTried = !Link.Port.Info.HasRate;
            for (int round = 0; !ct.IsCancellationRequested; round++)
            {
                TimeSpan left = most - Link.Time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                    break;
                TimeSpan pause = s_pauses[Math.Min(round, s_pauses.Length - 1)];
                if (TrySync(pause < left ? pause : left))
                    return EspConnectState.DownloadMode;
                if (!slowTried && (round == 2 || _state == EspConnectState.Garbled))
                {
                    slowTried = true;
                    ListenSlowly();
                }
            }
        }
        catch (EspException e) when (e.Failure == EspFailure.Gone)
        {
            return EspConnectState.Gone;
        }
        Look(over: true);
        return _state;
    }

    /// <summary>Starts what is in flash by the reset line; false when there is none.</summary>
    public bool StartApplication()
    {
        ISerialPort port = Link.Port;
        if (!port.Info.HasLines || !port.SetLines(dtr: false, rts: true))
            return false;
        Link.Pause(TimeSpan.FromMilliseconds(port.Info.RoundTrip > TimeSpan.Zero ? 200 : 100));
        return port.SetLines(dtr: false, rts: false);
    }

    /// <summary>Gets the chip into its loader by the reset circuit alone.</summary>
    public bool ResetIntoLoader() => WithLines(s_reset, CancellationToken.None);

    /// <summary>What a text says about how the chip started; null when it says nothing.</summary>
    public static EspConnectState? FromText(string text)
    {
        if (BootMode8266().Matches(text) is { Count: > 0 } modes)
            return modes[^1].Groups[1].ValueSpan is "1" ? EspConnectState.WaitsUnheard : EspConnectState.BootedNormally;
        if (BootMode32().Matches(text) is { Count: > 0 } later)
            return later[^1].Groups[1].Value.StartsWith("DOWNLOAD", StringComparison.Ordinal) ? EspConnectState.WaitsUnheard : EspConnectState.BootedNormally;
        return text.Contains("waiting for download", StringComparison.Ordinal) ? EspConnectState.WaitsUnheard : null;
    }

    /// <summary>One way of resetting after the other; none is begun when the time is up.</summary>
    private bool WithLines(TimeSpan most, CancellationToken ct)
    {
        long started = Link.Time.GetTimestamp();
        bool slow = Link.Port.Info.RoundTrip > TimeSpan.Zero;
        foreach (int hold in (int[])[slow ? 200 : 50, 550])
        {
            if (ct.IsCancellationRequested || Link.Time.GetElapsedTime(started) > most)
                return false;
            // Two transistors: EN is low when only RTS is asserted, the strap is low when only DTR is.
            if (!(Link.Port.SetLines(false, false) && Link.Port.SetLines(true, true) && Link.Port.SetLines(dtr: false, rts: true)))
                return false;
            Pause(100);
            Link.Port.SetLines(dtr: true, rts: false);
            Pause(hold);
            Link.Port.SetLines(false, false);
            if (TrySync(TimeSpan.FromMilliseconds(300)) || TrySync(TimeSpan.FromMilliseconds(400)))
                return true;
        }
        if (ct.IsCancellationRequested || Link.Time.GetElapsedTime(started) > most)
            return false;
        // The chips with USB of their own: the same lines, another order.
        Link.Port.SetLines(false, false);
        Pause(100);
        Link.Port.SetLines(dtr: true, rts: false);
        Pause(100);
        Link.Port.SetLines(true, true);
        Link.Port.SetLines(dtr: false, rts: true);
        Pause(100);
        Link.Port.SetLines(false, false);
        return TrySync(TimeSpan.FromMilliseconds(400));
    }

    private void Pause(int milliseconds) => Link.Pause(TimeSpan.FromMilliseconds(milliseconds));

    private bool TrySync(TimeSpan wait)
    {
        int echoes = Link.Counts.Echoes;
        bool synced = rom.Sync(wait);
        if (synced)
        {
            See(EspConnectState.DownloadMode);
            return true;
        }
        if (Link.Counts.Echoes > echoes)
            See(EspConnectState.Echo);
        Look(over: false);
        return false;
    }

    /// <summary>The ROM of the ESP8266 speaks at 74880: at another rate that is noise.</summary>
    private void ListenSlowly()
    {
        int baud = Link.Port.Baud;
        if (baud == Esp8266BootBaud || !Link.Port.TrySetBaud(Esp8266BootBaud))
            return;
        Link.TakeRest();
        if (Link.Port.Info.HasLines)
            StartApplication();
        Pause(900);
        Look(over: true);
        Link.Port.TrySetBaud(baud);
    }

    private void Look(bool over)
    {
        if (_state is EspConnectState.Echo)
            return;
        string text = Link.Text;
        if (over)
        {
            Link.TakeRest();
            text = Link.Text;
        }
        if (FromText(text) is EspConnectState told)
            See(told);
        else if (text.Length >= 8 && _state < EspConnectState.Echo)
            See(IsReadable(text) ? EspConnectState.OtherDevice : EspConnectState.Garbled);
    }

    private void See(EspConnectState state)
    {
        if (state != _state)
            say(state);
        _state = state;
    }

    private static bool IsReadable(string text) => text.Count(c => c is '\r' or '\n' or '\t' or (>= ' ' and <= '~')) > text.Length * 9 / 10;

    [GeneratedRegex(@"boot mode:\((\d+),\d+\)", RegexOptions.None, 1000)]
    private static partial Regex BootMode8266();

    [GeneratedRegex(@"boot:0x[0-9a-f]+ \(([A-Z_]+)", RegexOptions.None, 1000)]
    private static partial Regex BootMode32();
}
