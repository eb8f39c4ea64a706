namespace Unbrick.Recovery.Loaders;

/// <summary>What can be done to a device's supply.</summary>
public enum PowerAction
{
    /// <summary>On; nothing when it is on.</summary>
    On,

    /// <summary>Off and on again.</summary>
    Cycle,
}

/// <summary>Switches the device's supply.</summary>
public interface IPowerSwitch
{
    /// <summary>Begins to switch and comes back at once; keys are pressed meanwhile.</summary>
    /// <param name="action">What.</param>
    /// <param name="ct">Ends waiting for it.</param>
    /// <returns>Null when it was switched, or why not.</returns>
    Task<string?> SwitchAsync(PowerAction action, CancellationToken ct);
}
