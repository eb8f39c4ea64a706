using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Evidence;

namespace Unbrick.Tests.Recovery.Evidence;

/// <summary>Evidence as a test says it was seen, and what one rule makes of it.</summary>
internal sealed class EvidenceBench
{
    public static readonly PhysicalAddress Device = new([2, 0, 0, 0, 0x0a, 0x0b]);

    private static readonly IPAddress s_own = IPAddress.Parse("192.168.0.66");

    public EvidenceBench()
    {
        Seen = new WireEvidence("eth0", new HashSet<PhysicalAddress> { new([2, 0, 0, 0, 0, 1]) }, TimeSpan.Zero) { Own = new HashSet<IPAddress> { s_own } };
        Seen.Ports.Add(69);
    }

    public WireEvidence Seen { get; }

    public TimeSpan Now { get; private set; }

    public IPEndPoint Peer { get; set; } = new(IPAddress.Parse("192.168.0.86"), 2000);

    public EvidenceBench At(double seconds)
    {
        Now = TimeSpan.FromSeconds(seconds);
        return this;
    }

    public EvidenceBench Link(bool up)
    {
        Seen.Link.Look(up ? LinkState.Up : LinkState.Down, Now);
        return this;
    }

    public EvidenceBench Arp(string sender, string target, PhysicalAddress? mac = null, bool reply = false, bool outgoing = false)
    {
        HeardFrame frame = new(reply ? HeardKind.ArpReply : HeardKind.ArpRequest, mac ?? Device, IPAddress.Parse(sender), IPAddress.Parse(target), 0, 0, default);
        Seen.OnFrame(frame, [], outgoing, Now);
        return this;
    }

    public EvidenceBench Sign(HeardKind kind, bool outgoing = false)
    {
        Seen.OnFrame(new HeardFrame(kind, Device, IPAddress.Any, IPAddress.Any, 0, 0, default), [], outgoing, Now);
        return this;
    }

    public EvidenceBench Udp(int fromPort, int toPort, byte[] payload, string from = "192.168.0.86", string to = "192.168.0.66", bool outgoing = false)
    {
        Seen.OnFrame(new HeardFrame(HeardKind.Udp, Device, IPAddress.Parse(from), IPAddress.Parse(to), fromPort, toPort, default), payload, outgoing, Now);
        return this;
    }

    /// <summary>A DISCOVER with the vendor class (option 60) of a client.</summary>
    public EvidenceBench Discover(string vendorClass)
    {
        byte[] discover = DhcpProbe.BuildDiscover(Device, 1);
        int end = Array.LastIndexOf(discover, DhcpOption.End);
        return Udp(68, 67, [.. discover.AsSpan(0, end), DhcpOption.VendorClass, (byte)vendorClass.Length, .. Encoding.ASCII.GetBytes(vendorClass), DhcpOption.End], "0.0.0.0", "255.255.255.255");
    }

    public EvidenceBench Start(string options = "timeout\05\0")
    {
        TftpRequest request = Request(options);
        Seen.OnTftp(new TftpReport.Started(Peer, request, "image.bin", TftpAgreement.Answer(request, 100_000, 1500), false), Now);
        return this;
    }

    /// <summary>The try of <see cref="Peer"/> ends at a block of 200.</summary>
    public EvidenceBench End(TransferOutcome outcome, long block, int? lives = 10, params TransferStall[] stalls)
    {
        Seen.OnTftp(new TftpReport.Ended(Report(outcome, block, lives) with { Stalls = stalls }), Now);
        return this;
    }

    /// <summary>How the last try is now.</summary>
    public EvidenceBench Running(long block, double lastProgress, params TransferStall[] stalls)
    {
        AttemptEvidence last = Seen.Attempts[^1];
        last.Report = Report(TransferOutcome.Running, block, 10) with { Stalls = stalls };
        last.Answered = block > 0;
        last.LastProgress = last.LastHeard = TimeSpan.FromSeconds(lastProgress);
        return this;
    }

    public Verdict[] Judge(IVerdictRule rule) => [.. rule.Judge(Seen, Now)];

    public Verdict Only(IVerdictRule rule) => Assert.Single(rule.Judge(Seen, Now));

    public static TransferStall Stall(long block, double seconds) => new(block, TimeSpan.FromSeconds(seconds));

    private static TftpRequest Request(string options)
    {
        Assert.Equal(TftpRequestFault.None, TftpRequest.TryParse([0, 1, .. Encoding.ASCII.GetBytes("recovery.bin\0octet\0" + options)], out TftpRequest? request));
        return request!;
    }

    private TransferReport Report(TransferOutcome outcome, long block, int? lives) => new(
        Peer, Request("timeout\05\0"), "image.bin", outcome, block * 512, 199 * 512 + 100, block, 200, TimeSpan.FromSeconds(9), 0, default, LoaderKind.UBootLegacy, lives,
        false, default, "", TimeSpan.Zero);
}
