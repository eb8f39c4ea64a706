namespace Unbrick.Hardware.Spi.Flash;

/// <summary>What the answer to one long status read says about the command before it.</summary>
internal enum PollState
{
    /// <summary>It was busy and is no longer.</summary>
    Finished,

    /// <summary>Busy to the end of the answer.</summary>
    Busy,

    /// <summary>Never busy, and write enable is still set: the command was dropped.</summary>
    Refused,

    /// <summary>Never busy, write enable is clear: over before the answer began, or never heard, or no chip.</summary>
    Unseen,

    /// <summary>All ones, which no working chip says.</summary>
    Lost,
}

/// <summary>
/// Reads an answer to <c>05</c> that goes on for many bytes: bit 0 busy, bit 1 write enable. A busy chip drops all commands but this one
/// without a sign, and so does a protected one; these two bits tell which it was.
/// </summary>
internal static class StatusPoll
{
    public const byte Busy = 1;
    public const byte WriteEnabled = 2;
    private const byte Floating = 0xFF;

    /// <param name="answer">At least one byte.</param>
    /// <param name="ready">How many bytes had passed when the chip got ready; the length of the answer when it did not.</param>
    public static PollState Read(ReadOnlySpan<byte> answer, out int ready)
    {
        ready = answer.Length;
        byte last = answer[^1];
        if (last == Floating)
            return PollState.Lost;
        if ((last & Busy) != 0)
            return PollState.Busy;
        ready = 0;
        for (int i = answer.Length - 1; i >= 0; i--)
        {
            // A run of ones is a contact that was lost for a moment, not a busy chip; a single byte may be noise on a busy one.
            if ((answer[i] & Busy) == 0)
                continue;
            ready = i + 1;
            break;
        }
        if (ready > 0 && answer[..ready].ContainsAnyExcept(Floating))
            return PollState.Finished;
        return (last & WriteEnabled) != 0 ? PollState.Refused : PollState.Unseen;
    }
}
