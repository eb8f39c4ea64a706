namespace Unbrick.Recovery.Loaders;

/// <summary>What keys are for; it decides which of them may leave (<see cref="KeyGate"/>).</summary>
public enum KeyUse
{
    /// <summary>Pressed again and again from power-on, whatever listens: safe keys only.</summary>
    Streamed,

    /// <summary>One line of a menu that was seen.</summary>
    Choice,

    /// <summary>Y or N to a question that was seen.</summary>
    Answer,

    /// <summary>Typed at a prompt, or into a field, that was seen.</summary>
    Typed,

    /// <summary>Bytes of a file, to a receiver that asked for them.</summary>
    File,
}

/// <summary>Keys to send.</summary>
/// <param name="Use">What for.</param>
/// <param name="Bytes">The bytes; may be none.</param>
public readonly record struct Keys(KeyUse Use, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Nothing to send.</summary>
    public static Keys None => default;

    /// <summary>Ctrl-C.</summary>
    public static ReadOnlyMemory<byte> CtrlC { get; } = new byte[] { 0x03 };

    /// <summary>Ctrl-U: erases what was typed.</summary>
    public static ReadOnlyMemory<byte> CtrlU { get; } = new byte[] { 0x15 };

    /// <summary>Enter.</summary>
    public static ReadOnlyMemory<byte> Enter { get; } = "\r"u8.ToArray();
}
