namespace Unbrick.Recovery.Loaders;

/// <summary>
/// The one place through which keys reach a boot loader. In the menu of Ralink and MediaTek loaders 9 and 7 begin to replace the boot loader
/// itself, 0 and others wait for data: so no digit but 4 leaves before it was seen who listens, 7 and 9 never leave as a choice, and what is
/// typed leaves only between a prompt that was proven and the next restart.
/// </summary>
/// <param name="write">Sends.</param>
public sealed class KeyGate(Action<ReadOnlyMemory<byte>> write)
{
    /// <summary>Whether a prompt was proven since the device started.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>A prompt, or a field of a menu, was proven.</summary>
    public void Open() => IsOpen = true;

    /// <summary>The device may have started again: from now on only safe keys leave.</summary>
    public void Close() => IsOpen = false;

    /// <summary>Sends keys, or throws when they must not leave.</summary>
    /// <exception cref="InvalidOperationException">They must not: a mistake in this program or its data.</exception>
    public void Send(Keys keys)
    {
        if (keys.Bytes.IsEmpty)
            return;
        if (!IsAllowed(keys))
            throw new InvalidOperationException($"these keys must not leave as {keys.Use}: {Convert.ToHexStringLower(keys.Bytes.Span)}");
        write(keys.Bytes);
    }

    /// <summary>Whether keys may leave now.</summary>
    public bool IsAllowed(Keys keys)
    {
        ReadOnlySpan<byte> bytes = keys.Bytes.Span;
        return keys.Use switch
        {
            KeyUse.Streamed => IsSafe(bytes),
            KeyUse.Choice => bytes.Length == 1 && bytes[0] is (byte)'1' or (byte)'2' or (byte)'3' or (byte)'4',
            KeyUse.Answer => bytes.Length == 1 && bytes[0] is (byte)'Y' or (byte)'N' or (byte)'y' or (byte)'n',
            KeyUse.Typed or KeyUse.File => IsOpen,
            _ => false,
        };
    }

    /// <summary>No digit but 4, and nothing beyond ASCII.</summary>
    public static bool IsSafe(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b >= 0x7f || (b is >= (byte)'0' and <= (byte)'9' && b != (byte)'4'))
                return false;
        }
        return true;
    }
}
