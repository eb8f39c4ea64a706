namespace Unbrick.Hardware.Spi.Flash;

/// <summary>How an erase or a program ended. Anything but <see cref="Done"/> asks for the contact to be proven again and the place to be read.</summary>
public enum FlashOutcome
{
    /// <summary>The chip began it and got ready in time. Whether the bytes are right is known after reading them only.</summary>
    Done,

    /// <summary>The chip was not busy for a moment and nothing changed: the place is protected, or it is locked by its WP# pin.</summary>
    Refused,

    /// <summary>The chip was busy for longer than its maker allows.</summary>
    Late,

    /// <summary>The chip does not answer any more, or not as itself.</summary>
    NoContact,

    /// <summary>Stopped on request between two places.</summary>
    Cancelled,
}
