namespace Unbrick.Recovery.Lines;

/// <summary>What the user wants of the terminal itself.</summary>
public enum ConsoleCommandKey
{
    /// <summary>A list of these keys.</summary>
    Help,

    /// <summary>The end.</summary>
    Quit,

    /// <summary>A break on the line.</summary>
    Break,

    /// <summary>DTR the other way.</summary>
    ToggleDtr,

    /// <summary>RTS the other way.</summary>
    ToggleRts,

    /// <summary>Send a file.</summary>
    SendFile,

    /// <summary>Say what all of it means now.</summary>
    Diagnose,

    /// <summary>The next usual rate.</summary>
    NextBaud,

    /// <summary>Find the rate.</summary>
    FindBaud,

    /// <summary>A key that is none of these.</summary>
    Unknown,
}

/// <summary>Parts what is typed into keys for the device and, behind Ctrl-T, commands for the terminal. Ctrl-T twice sends one Ctrl-T.</summary>
public sealed class ConsoleKeys
{
    /// <summary>The prefix: Ctrl-T.</summary>
    public const byte Prefix = 0x14;

    private bool _prefixed;

    /// <summary>What the keys are.</summary>
    public const string Help = "Ctrl-T, then: ? help, q quit, b break, d DTR, r RTS, s send a file, i diagnose, n next rate, f find the rate, Ctrl-T itself";

    /// <summary>Takes what was typed.</summary>
    /// <param name="typed">The bytes.</param>
    /// <param name="toDevice">Takes what the device gets.</param>
    /// <param name="commands">Takes what is meant for the terminal.</param>
    public void Take(ReadOnlySpan<byte> typed, List<byte> toDevice, List<ConsoleCommandKey> commands)
    {
        ArgumentNullException.ThrowIfNull(toDevice);
        ArgumentNullException.ThrowIfNull(commands);
        foreach (byte value in typed)
        {
            if (!_prefixed && value == Prefix)
            {
                _prefixed = true;
                continue;
            }
            if (!_prefixed || value == Prefix)
                toDevice.Add(value);
            else
                commands.Add(Command(value));
            _prefixed = false;
        }
    }

    private static ConsoleCommandKey Command(byte value) => (char)(value | 0x20) switch
    {
        '?' or 'h' => ConsoleCommandKey.Help,
        'q' or 'x' => ConsoleCommandKey.Quit,
        'b' => ConsoleCommandKey.Break,
        'd' => ConsoleCommandKey.ToggleDtr,
        'r' => ConsoleCommandKey.ToggleRts,
        's' => ConsoleCommandKey.SendFile,
        'i' => ConsoleCommandKey.Diagnose,
        'n' => ConsoleCommandKey.NextBaud,
        'f' => ConsoleCommandKey.FindBaud,
        _ => ConsoleCommandKey.Unknown,
    };
}
