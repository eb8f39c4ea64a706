using System.Globalization;
using Unbrick.Net;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Devices;

/// <summary>
/// A RouterBOARD that starts from the network. Known: it asks by DHCP or by BOOTP as it was set, with class <c>Mips_boot</c>
/// (forum.openwrt.org/t/100095), takes no BOOTP reply with a DHCP message type (forum.mikrotik.com/t/55300), its console (RB500,
/// forum.mikrotik.com/t/4765), and that it wants an ELF file, which runs from memory. Assumed: that it loads as U-Boot does, asks again as U-Boot
/// does from v2014.10 on, gives up after 28 s, and all times.
/// </summary>
public sealed class MikroTikNetboot : NetworkBootDevice
{
    private TimeSpan _began;

    /// <summary>A board without power, the button already under a finger.</summary>
    public MikroTikNetboot(VirtualTime time, NetworkBootOptions options)
        : base(time, options)
    {
        UBootSession session = new(new Quiet(this), new UBootSessionOptions
        {
            Tftp = UBootTftpOptions.UBoot2018 with { AskedBlockSize = null },
            ServerIp = options.ServerIp,
            File = options.File,
            ModernDhcp = true,
            Bootp = options.Bootp,
            VendorClass = "Mips_boot",
        });
        session.Bound += OnBound;
        LoadsBy(session);
        Protocol = options.Bootp ? "bootp" : "dhcp";
    }

    private string Protocol { get; }

    private protected override void OnLoading() => Print($"trying {Protocol} protocol... ");

    private protected override void OnTaken(ReadOnlySpan<byte> image)
    {
        string seconds = (Time.Elapsed - _began).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Print($"transfer started ... transfer ok, time={seconds}s\nsetting up elf image... OK\njumping to kernel code\n");
    }

    private protected override void OnGaveUp() => Print("failed\nloading kernel from nand... failed\n");

    private protected override string? WhyRefused(ReadOnlySpan<byte> image) =>
        image.StartsWith("\u007fELF"u8) ? null : "transfer started ... transfer ok\nbad file id\n";

    private void OnBound(uint own)
    {
        _began = Time.Elapsed;
        Print($"OK\nGot IP address: {Ipv4.FromNumber(own)}\n");
    }

    /// <summary>The network of U-Boot without its console: this loader has words of its own.</summary>
    private sealed class Quiet(IUBootBoard board) : IUBootBoard
    {
        public VirtualTime Time => board.Time;

        public MacAddress Mac => board.Mac;

        public void Print(string text)
        {
        }

        public void Send(ReadOnlySpan<byte> frame) => board.Send(frame);

        public void SendArp(ArpPacket packet, MacAddress to) => board.SendArp(packet, to);
    }
}
