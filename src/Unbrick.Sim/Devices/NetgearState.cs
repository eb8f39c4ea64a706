namespace Unbrick.Sim.Devices;

/// <summary>Where a simulated Netgear recovery stands; the names are those of Netgear's U-Boot (net/nmrp.h) as far as it has them.</summary>
public enum NetgearState
{
    /// <summary>No power.</summary>
    Off,

    /// <summary>Power, no link yet.</summary>
    Starting,

    /// <summary>Waits for an advertisement, for some seconds.</summary>
    Listening,

    /// <summary>Asks for its configuration.</summary>
    Configuring,

    /// <summary>Asks for the file; its TFTP port is open.</summary>
    Waiting,

    /// <summary>Takes blocks.</summary>
    Loading,

    /// <summary>Has a file it likes, and asks whether the PC is still there before it writes.</summary>
    KeepingAlive,

    /// <summary>Writes the flash. Power must not go now.</summary>
    Writing,

    /// <summary>Says good bye.</summary>
    Closing,

    /// <summary>Done; blinks until somebody switches it off and on.</summary>
    Closed,

    /// <summary>The new firmware runs.</summary>
    Recovered,

    /// <summary>Nobody advertised in time: the dead firmware was started.</summary>
    Dead,

    /// <summary>The power went while the flash was being written.</summary>
    Bricked,
}
