namespace Unbrick.Net.Nmrp;

/// <summary>Where an <see cref="NmrpServer"/> stands.</summary>
public enum NmrpState
{
    /// <summary>Calls into the cable and waits for a device.</summary>
    Advertising,

    /// <summary>A device has its configuration and has not asked for the file yet.</summary>
    Configured,

    /// <summary>The file is on its way.</summary>
    Uploading,

    /// <summary>The device has it, checks and writes.</summary>
    Writing,

    /// <summary>Over; repeated good byes are still answered.</summary>
    Closing,

    /// <summary>Over.</summary>
    Over,
}
