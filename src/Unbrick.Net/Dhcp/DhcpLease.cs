using System.Net.NetworkInformation;

namespace Unbrick.Net.Dhcp;

/// <summary>What an address of the pool is to its holder.</summary>
internal enum DhcpLeaseState
{
    /// <summary>Offered, not taken yet.</summary>
    Reserved,

    /// <summary>Taken by REQUEST.</summary>
    Leased,

    /// <summary>Given by BOOTP, which knows no end.</summary>
    Permanent,

    /// <summary>Someone else on the cable has it, says a client.</summary>
    Declined,
}

/// <summary>An address of the pool that somebody has, had or refused.</summary>
internal sealed class DhcpLease(uint address, PhysicalAddress? mac)
{
    public uint Address { get; } = address;

    /// <summary>The holder; null when declined.</summary>
    public PhysicalAddress? Mac { get; set; } = mac;

    public DhcpLeaseState State { get; set; }

    /// <summary>When the holder's right ends. It keeps the address beyond that as long as no other client needs it.</summary>
    public TimeSpan Until { get; set; }

    public TimeSpan LastSeen { get; set; }

    public DhcpConversation Conversation { get; } = new();
}
