using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Terminal;

/// <summary>Opens a port anew that went away, and says once why it cannot when it is there and stays closed.</summary>
/// <param name="port">Its name.</param>
/// <param name="time">For limits.</param>
/// <param name="say">Gets the reason.</param>
internal sealed class PortAgain(string port, TimeProvider time, Action<string> say)
{
    /// <summary>A port that was plugged in belongs to the system at first: its rights are set, and ModemManager may look at it.</summary>
    private const int TriesInSilence = 6;

    private string _why = "";
    private int _tries;

    /// <summary>Tries it; null while it cannot be had.</summary>
    public ISerialPort? TryOpen()
    {
        try
        {
            ISerialPort open = Ports.Open(port, time);
            (_why, _tries) = ("", 0);
            return open;
        }
        catch (UnbrickException e)
        {
            bool isAway = e.Problem.Code is ProblemCode.SerialNotFound or ProblemCode.SerialUnreachable;
            _tries = isAway || e.Problem.Title != _why ? 1 : _tries + 1;
            _why = isAway ? "" : e.Problem.Title;
            if (_tries == TriesInSilence)
                say(_why);
            return null;
        }
    }
}
