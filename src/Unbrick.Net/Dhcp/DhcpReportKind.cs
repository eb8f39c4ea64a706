namespace Unbrick.Net.Dhcp;

/// <summary>What a <see cref="DhcpReport"/> tells. The first group came in, the second went out, the third was concluded.</summary>
public enum DhcpReportKind
{
    /// <summary>A client looks for servers.</summary>
    Discover,

    /// <summary>A client takes, keeps or checks an address.</summary>
    Request,

    /// <summary>A client found the address in use; it is avoided for a while.</summary>
    Decline,

    /// <summary>A client gave its address back.</summary>
    Release,

    /// <summary>A client with an address wants the rest.</summary>
    Inform,

    /// <summary>A client speaks BOOTP.</summary>
    BootpRequest,

    /// <summary>An address was offered; reserved for ten seconds.</summary>
    Offer,

    /// <summary>The address is the client's now.</summary>
    Ack,

    /// <summary>The address a client wants is not to be had; it starts again.</summary>
    Nak,

    /// <summary>A BOOTP client was answered; the address is its own for good.</summary>
    BootpReply,

    /// <summary>Not answered; <see cref="DhcpReport.Reason"/> says why.</summary>
    Ignored,

    /// <summary>A client took the offer of another server (<see cref="DhcpReport.OtherServer"/>): there is one on this cable.</summary>
    ForeignServerChosen,

    /// <summary>No address is left for this client.</summary>
    PoolExhausted,

    /// <summary>Two clients with one hardware address ask at the same time; old loaders take each other's answers.</summary>
    SameMacTwice,

    /// <summary>Two OFFERs brought no REQUEST; every second answer is the lean one from now on.</summary>
    OfferNotTaken,
}
