using System.Net;

namespace Unbrick.Net.Firewalls;

/// <summary>A UDP packet that a firewall may have taken, for the question which of its rules did.</summary>
/// <param name="Incoming">To this machine; else from it.</param>
/// <param name="Adapter">The adapter it came in on or would leave by.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Receiver.</param>
/// <param name="State">What connection tracking says of it (conntrack(8)): <c>new</c> or <c>established</c>.</param>
public sealed record FirewallPacket(bool Incoming, string Adapter, IPEndPoint From, IPEndPoint To, string State);

/// <summary>The rule that takes a packet.</summary>
/// <param name="Program">Whose rule it is (nftables, firewalld, ufw, iptables).</param>
/// <param name="Text">The rule as its owner shows it, with where it stands.</param>
/// <param name="Cure">A command that lets the packet through until the next start of the machine or of the firewall.</param>
public sealed record FirewallRule(string Program, string Text, string Cure);
