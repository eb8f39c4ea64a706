using Unbrick.Hardware.Serial;

namespace Unbrick.Recovery.Lines;

/// <content>What the keys behind Ctrl-T do.</content>
public sealed partial class ConsoleSession
{
    private static readonly TimeSpan s_search = TimeSpan.FromSeconds(10);

    /// <summary>False when the session is to end.</summary>
    private bool Obey(ConsoleCommandKey command, ISerialPort port, CancellationToken ct)
    {
        switch (command)
        {
            case ConsoleCommandKey.Quit:
                return false;
            case ConsoleCommandKey.Break when !options.ReadOnly:
                bool held = port.SetBreak(true);
                _ = Wait(s_break);
                Say(port.SetBreak(false) && held ? "break sent" : "this port cannot send a break");
                break;
            case ConsoleCommandKey.ToggleDtr or ConsoleCommandKey.ToggleRts when !options.ReadOnly:
                bool isDtr = command == ConsoleCommandKey.ToggleDtr;
                (_dtr, _rts) = isDtr ? (!_dtr, _rts) : (_dtr, !_rts);
                Say(port.SetLines(_dtr, _rts) ? $"DTR {OnOff(_dtr)}, RTS {OnOff(_rts)}" : "this port has neither DTR nor RTS");
                break;
            case ConsoleCommandKey.NextBaud:
                Tune(port, Next(port.Baud));
                break;
            case ConsoleCommandKey.FindBaud:
                Find(port, ct);
                break;
            case ConsoleCommandKey.Diagnose:
                IReadOnlyList<string> lines = reader?.Diagnose(Now) ?? [];
                foreach (string line in lines.Count > 0 ? lines : ["nothing is known yet"])
                    Say(line);
                break;
            case ConsoleCommandKey.Break or ConsoleCommandKey.ToggleDtr or ConsoleCommandKey.ToggleRts:
                Say("nothing is sent: --read-only");
                break;
            default:
                Say(ConsoleKeys.Help);
                break;
        }
        return true;
    }

    private static int Next(int baud) => LineRates.Usual[(LineRates.Usual.IndexOf(baud) + 1) % LineRates.Usual.Length];

    private static string OnOff(bool on) => on ? "on" : "off";

    private void Tune(ISerialPort port, int baud)
    {
        Say(port.TrySetBaud(baud) ? $"now at {Number(baud)}" : $"this port cannot have {Number(baud)}");
        (_stay, _wasText) = (new LineStay(), false);
    }

    private void Find(ISerialPort port, CancellationToken ct)
    {
        if (!port.Info.HasRate)
        {
            Say("this line has no rate that could be set from here");
            return;
        }
        int before = port.Baud;
        Say("finding the rate …");
        LineFinder finder = new(port, time)
        {
            Heard = (bytes, baud) => record.In(bytes.Span, Now, baud),
            Typed = key => record.Out([key], Now, port.Baud),
            PowerCycle = () => Say("nothing comes: switch the device off and on"),
        };
        LineVerdict? verdict = finder.Run(new LineSearch(new LineSearchOptions { MayType = !options.ReadOnly, ChecksReceive = false, Limit = s_search }), ct);
        if (verdict?.Baud is { } found)
            Say($"text at {Number(found)}");
        else
            Say(verdict is null ? "the search was ended" : LineProblems.Of(verdict, port.Info.Name)?.Title ?? "no rate was found");
        if (verdict?.Baud is null)
            _ = port.TrySetBaud(before);
        (_stay, _wasText, _lastByte) = (new LineStay(), false, Now);
    }
}
