namespace Unbrick.Recovery.Problems;

/// <content>What the boot log of an ESP chip can say.</content>
public static partial class ProblemCode
{
    /// <summary>The application crashes. Values: none.</summary>
    public const string EspAppException = "esp-app-exception";

    /// <summary>The application hangs. Values: none.</summary>
    public const string EspAppHang = "esp-app-hang";

    /// <summary>The application in the flash is damaged. Values: none.</summary>
    public const string EspBadImage = "esp-bad-image";

    /// <summary>The partition table of the chip is missing or damaged. Values: none.</summary>
    public const string EspBadPartitionTable = "esp-bad-partition-table";

    /// <summary>The chip was told not to start from its flash. Values: none.</summary>
    public const string EspBootStrap = "esp-boot-strap";

    /// <summary>The supply voltage dropped. Values: none.</summary>
    public const string EspBrownout = "esp-brownout";

    /// <summary>What the chip loads from its flash is damaged. Values: none.</summary>
    public const string EspCsumErr = "esp-csum-err";

    /// <summary>The chip finds no program at the start of its flash. Values: none.</summary>
    public const string EspFlashEmpty = "esp-flash-empty";

    /// <summary>The chip has no application to start. Values: none.</summary>
    public const string EspNoApp = "esp-no-app";

    /// <summary>A watchdog restarts the chip. Values: none.</summary>
    public const string EspWdt = "esp-wdt";

    /// <summary>Nothing to start where the chip looks: the image lies at another offset. Values: none.</summary>
    public const string EspWrongOffset = "esp-wrong-offset";
}
