namespace Unbrick.Hardware.Spi.Flash;

/// <summary>In which state a chip was found.</summary>
public enum WakeResult
{
    /// <summary>It answers, as found.</summary>
    Awake,

    /// <summary>It was still busy with something, and was waited for.</summary>
    AwakeAfterWait,

    /// <summary>It answers since it was reset by command (66 and 99): it had been left in another mode. Its volatile registers are as after power-on.</summary>
    AwakeAfterReset,

    /// <summary>It is busy and did not get ready in the time of the longest erase.</summary>
    StillBusy,

    /// <summary>No answer, or nothing but ones or zeros.</summary>
    Silent,
}
