namespace Unbrick.Sim.Devices;

/// <summary>Where a simulated TP-Link recovery stands.</summary>
public enum TpLinkState
{
    /// <summary>No power.</summary>
    Off,

    /// <summary>Power, no link yet.</summary>
    Starting,

    /// <summary>Asks for the file, or loads it.</summary>
    Loading,

    /// <summary>Has a file and looks at it.</summary>
    Checking,

    /// <summary>Writes the flash; link up, deaf. Power must not go now.</summary>
    Writing,

    /// <summary>Resets and boots the new firmware.</summary>
    Booting,

    /// <summary>The new firmware runs.</summary>
    Recovered,

    /// <summary>The button was let go before a good image came: the dead firmware was started.</summary>
    Dead,

    /// <summary>The power went while the flash was being written.</summary>
    Bricked,
}
