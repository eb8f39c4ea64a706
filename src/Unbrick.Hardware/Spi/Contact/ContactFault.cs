namespace Unbrick.Hardware.Spi.Contact;

/// <summary>What is likely wrong between programmer and chip.</summary>
public enum ContactFault
{
    /// <summary>Nothing but ones: no chip, no supply, or its output (pin 2) is open.</summary>
    AllOnes,

    /// <summary>Nothing but zeros: the output (pin 2) is shorted, the supply is missing, or the chip is held.</summary>
    AllZeros,

    /// <summary>Ones at one time, zeros at another, never an id: the supply breaks down, as with a clip that is turned round.</summary>
    Collapsing,

    /// <summary>Answers without any order: the output is open and picks up what is around it.</summary>
    Floating,

    /// <summary>One bit of each byte has the same level always.</summary>
    StuckBit,

    /// <summary>All answers are shifted by a bit: an edge too many or too few on the clock.</summary>
    Shifted,

    /// <summary>The id is right at times only, and ones or zeros in between.</summary>
    Loose,

    /// <summary>Single bits are wrong here and there: long wires, a weak supply, edges that ring.</summary>
    Noisy,

    /// <summary>Reads lose or gain clock edges on their way.</summary>
    ClockSlips,

    /// <summary>Reads stop for a time and go on where they were: HOLD# (pin 7) floats.</summary>
    Held,

    /// <summary>Something else writes to the bus: long runs of other bytes, the id is right in between.</summary>
    BusShared,

    /// <summary>The id is right and all samples are FF: an empty chip. No fault, but no proof either that data comes through.</summary>
    Blank,
}
