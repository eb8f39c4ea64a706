namespace Unbrick.Recovery.Problems;

/// <content>What can be wrong with a serial line.</content>
public static partial class ProblemCode
{
    /// <summary>No such port. Values: <c>port</c>.</summary>
    public const string SerialNotFound = "serial-not-found";

    /// <summary>This user may not open the port. Values: <c>port</c>.</summary>
    public const string SerialNotPermitted = "serial-not-permitted";

    /// <summary>Another program has the port. Values: <c>port</c>, <c>holder</c>.</summary>
    public const string SerialBusy = "serial-busy";

    /// <summary>No serial port, or not with that rate. Values: <c>port</c>, <c>forms</c>.</summary>
    public const string SerialUnsuited = "serial-unsuited";

    /// <summary>No server at an address. Values: <c>port</c>.</summary>
    public const string SerialUnreachable = "serial-unreachable";

    /// <summary>A server closed the connection at once. Values: <c>port</c>.</summary>
    public const string SerialRefused = "serial-refused";

    /// <summary>A server that does not speak RFC 2217. Values: <c>port</c>, <c>plain</c>.</summary>
    public const string SerialNoRfc2217 = "serial-no-rfc2217";

    /// <summary>No port to choose from. Values: none.</summary>
    public const string SerialNone = "serial-none";

    /// <summary>More than one port to choose from. Values: <c>count</c>, <c>example</c>.</summary>
    public const string SerialSeveral = "serial-several";

    /// <summary>The port went away. Values: <c>port</c>.</summary>
    public const string SerialGone = "serial-gone";

    /// <summary>No byte at any rate. Values: <c>port</c>.</summary>
    public const string LineSilent = "line-silent";

    /// <summary>Noise that is the same at every rate. Values: none.</summary>
    public const string LineNoGround = "line-no-ground";

    /// <summary>Levels are the wrong way round. Values: none.</summary>
    public const string LineInverted = "line-inverted";

    /// <summary>Text comes, keys do not arrive. Values: <c>port</c>.</summary>
    public const string LineReceiveDead = "line-receive-dead";

    /// <summary>Bytes that are text at no rate. Values: <c>port</c>.</summary>
    public const string LineUnreadable = "line-unreadable";

    /// <summary>The rate changed between stages. Values: <c>before</c>, <c>after</c>.</summary>
    public const string LineRateChanged = "line-rate-changed";

    /// <summary>The record of a console is as large as it may be. Values: <c>size</c>, <c>port</c>.</summary>
    public const string CaptureFull = "capture-full";

    /// <summary>No record of that name. Values: <c>session</c>, <c>folder</c>.</summary>
    public const string SessionUnknown = "session-unknown";
}
