using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Dhcp;

/// <summary>One fact about a client, for the log, the diagnosis and the user interface; those find the words.</summary>
public sealed record DhcpReport
{
    /// <summary>What happened.</summary>
    public required DhcpReportKind Kind { get; init; }

    /// <summary>Why, where that is a question.</summary>
    public DhcpReason Reason { get; init; }

    /// <summary>The client's hardware address; null when the packet was not readable.</summary>
    public PhysicalAddress? Mac { get; init; }

    /// <summary>The address asked for, offered, given or refused; null when none is meant.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The packet's transaction id.</summary>
    public uint TransactionId { get; init; }

    /// <summary>What the client says it is.</summary>
    public DhcpClientKind Client { get; init; }

    /// <summary>Option 60, safe to show; null when absent.</summary>
    public string? VendorClass { get; init; }

    /// <summary>Option 93 (IANA processor architecture types); null when absent.</summary>
    public int? Architecture { get; init; }

    /// <summary>The boot file the client asked for in its <c>file</c> field, safe to show; null when none.</summary>
    public string? RequestedFile { get; init; }

    /// <summary>The boot file we named; null when none.</summary>
    public string? BootFile { get; init; }

    /// <summary>The server a client chose in our place.</summary>
    public IPAddress? OtherServer { get; init; }

    /// <summary>How the answer looked.</summary>
    public DhcpReplyStyle Style { get; init; }
}
