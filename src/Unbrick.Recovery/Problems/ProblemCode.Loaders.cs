namespace Unbrick.Recovery.Problems;

/// <content>What can go wrong between us and a boot loader.</content>
public static partial class ProblemCode
{
    /// <summary>Not a byte came. Values: <c>seconds</c>.</summary>
    public const string LoaderSilent = "loader-silent";

    /// <summary>Text came, but no prompt. Values: <c>seconds</c>.</summary>
    public const string LoaderNoPrompt = "loader-no-prompt";

    /// <summary>It booted on. Values: <c>tries</c>.</summary>
    public const string LoaderBootedOn = "loader-booted-on";

    /// <summary>What is typed does not come back. Values: none.</summary>
    public const string LoaderNoEcho = "loader-no-echo";

    /// <summary>It stopped answering and did not come back. Values: <c>step</c>.</summary>
    public const string LoaderLost = "loader-lost";

    /// <summary>It prints without end. Values: <c>step</c>.</summary>
    public const string LoaderEndless = "loader-endless";

    /// <summary>It starts again and again. Values: <c>count</c>, <c>step</c>.</summary>
    public const string LoaderRestarts = "loader-restarts";

    /// <summary>It said no to a command. Values: <c>command</c>.</summary>
    public const string LoaderSaidNo = "loader-said-no";

    /// <summary>A step could not be proven. Values: <c>step</c>, <c>what</c>.</summary>
    public const string LoaderUnproven = "loader-unproven";

    /// <summary>It lacks a command. Values: <c>command</c>, <c>instead</c>.</summary>
    public const string LoaderLacks = "loader-lacks";

    /// <summary>A write would go beyond what it may touch. Values: <c>what</c>.</summary>
    public const string LoaderRange = "loader-range";

    /// <summary>Nobody said yes to a write.</summary>
    public const string LoaderNotAgreed = "loader-not-agreed";

    /// <summary>A file did not get across. Values: <c>file</c>, <c>protocol</c>, <c>why</c>.</summary>
    public const string LoaderTransfer = "loader-transfer";

    /// <summary>A job file cannot be carried out. Values: <c>file</c>, <c>reason</c>.</summary>
    public const string LoaderJobInvalid = "loader-job-invalid";

    /// <summary>The supply was not switched. Values: <c>reason</c>.</summary>
    public const string PowerNotSwitched = "power-not-switched";

    /// <summary>The serial port went away. Values: none.</summary>
    public const string LoaderPortGone = "loader-port-gone";

    /// <summary>It refused an image that it was given. Values: <c>says</c>.</summary>
    public const string LoaderRefusedImage = "loader-refused-image";
}
