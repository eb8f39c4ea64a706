namespace Unbrick.Core;

/// <summary>How the process ends. 1 and 5 differ because the user's next step differs.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed; nothing was changed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>Hardware, port, file or device not found, or not permitted.</summary>
    public const int NotFound = 3;

    /// <summary>Refused for safety.</summary>
    public const int Refused = 4;

    /// <summary>Failed after the device was changed.</summary>
    public const int FailedAfterChange = 5;

    /// <summary>Wrong or damaged image.</summary>
    public const int BadImage = 6;

    /// <summary>The device said no.</summary>
    public const int DeviceRefused = 7;

    /// <summary>Ended with Ctrl-C.</summary>
    public const int Interrupted = 130;
}
