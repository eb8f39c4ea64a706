namespace Unbrick.Tests.Net.Tftp;

/// <summary>What clients do that the RFCs allow or that happens anyway.</summary>
[Flags]
internal enum RfcClientHabits
{
    None,

    /// <summary>Sends every ACK twice (RFC 1123 s4.2.3.1: must not double the traffic).</summary>
    AcksTwice,

    /// <summary>Acknowledges inside the window, too (RFC 7440 s4 lets it).</summary>
    AcksInsideTheWindow,
}
