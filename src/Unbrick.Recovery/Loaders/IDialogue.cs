namespace Unbrick.Recovery.Loaders;

/// <summary>One exchange with a boot loader. Pure: looks at the text and the clock it is given, says what to send and until when to wait.</summary>
public interface IDialogue
{
    /// <summary>Looks at the text; called when something was added to it.</summary>
    /// <param name="text">The console. Lines that are taken are gone.</param>
    /// <param name="now">Time since the line was opened.</param>
    void Look(ConsoleText text, TimeSpan now);

    /// <summary>What to send now.</summary>
    /// <param name="now">Time since the line was opened.</param>
    /// <param name="wakeAt">When to ask again if nothing arrives.</param>
    Keys Next(TimeSpan now, out TimeSpan wakeAt);

    /// <summary>Whether it has ended.</summary>
    bool IsOver { get; }

    /// <summary>Whether a start of the device is part of it.</summary>
    bool ExpectsStart { get; }
}
