namespace Unbrick.Recovery.Esp;

/// <summary>What kind of image it is, which says where it belongs.</summary>
public enum EspFileKind
{
    /// <summary>Everything from the boot loader on: belongs at 0 (or, for the ESP8266, is an application that the ROM starts).</summary>
    Factory,

    /// <summary>An application for a slot of the partition table.</summary>
    Application,

    /// <summary>A boot loader alone.</summary>
    BootLoader,

    /// <summary>The content of a whole chip.</summary>
    Dump,
}
