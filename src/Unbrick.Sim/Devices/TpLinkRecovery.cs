using System.Buffers.Binary;
using Unbrick.Net;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Devices;

/// <summary>
/// A TP-Link router that is recovered with the button: loads by TFTP, checks, writes, boots. See <see cref="TpLinkRecoveryOptions"/>.
/// </summary>
public sealed class TpLinkRecovery : UBootDevice
{
    private const int HeaderSize = 0x200;
    private const int HardwareIdAt = 0x40;

    /// <summary>64 KiB in blocks of 512, which is all that this loader asks for.</summary>
    private const int BlocksPerErase = 128;

    private readonly TpLinkRecoveryOptions _options;
    private readonly UBootSession _session;
    private readonly VirtualTimer _next;
    private readonly VirtualTimer _announce;
    private Action _then = () => { };
    private TimeSpan _poweredAt, _busyUntil;
    private bool _rebooted;
    private int _erased;

    /// <summary>A router without power, the button already under a finger.</summary>
    public TpLinkRecovery(VirtualTime time, TpLinkRecoveryOptions options)
        : base(time, options?.Seed ?? throw new ArgumentNullException(nameof(options)), options.Turnaround, portSpeedMbit: 1000)
    {
        _options = options;
        _session = new UBootSession(this, new UBootSessionOptions
        {
            Tftp = options.Tftp,
            OwnIp = options.OwnIp,
            ServerIp = options.ServerIp,
            File = options.File,
        })
        {
            MayStartAgain = () => ButtonHeld,
        };
        _session.Done += () => Enter(TpLinkState.Checking, options.CheckTime, Check);
        _session.GaveUp += () => Enter(TpLinkState.Dead, null, null);
        _next = time.CreateTimer(() => _then());
        _announce = time.CreateTimer(Announce);
    }

    /// <summary>Where it stands.</summary>
    public TpLinkState State { get; private set; }

    /// <summary>What the loader went through.</summary>
    public LoaderRecord Loader => _session.Record;

    /// <summary>Images it refused.</summary>
    public int Refused { get; private set; }

    /// <summary>What was written to flash; empty when nothing was.</summary>
    public ReadOnlyMemory<byte> Flash { get; private set; }

    /// <summary>The button is down.</summary>
    public bool ButtonHeld => State != TpLinkState.Off && (_options.ButtonHeld is not { } held || Time.Elapsed - _poweredAt < held);

    /// <inheritdoc/>
    public override void PowerOn()
    {
        if (State is not (TpLinkState.Off or TpLinkState.Bricked))
            return;
        _poweredAt = Time.Elapsed;
        TimeSpan startUp = _options.LinkDelay + StartJitter;
        Enter(TpLinkState.Starting, startUp, LinkUp);
    }

    /// <inheritdoc/>
    public override void PowerOff()
    {
        // The boot loader's own sectors are not touched by a recovery, so even a router cut off while writing can be recovered again.
        State = State == TpLinkState.Writing ? TpLinkState.Bricked : TpLinkState.Off;
        _next.Stop();
        _announce.Stop();
        _session.Stop();
        SetLink(false);
    }

    internal override void Receive(ReadOnlySpan<byte> frame)
    {
        if (State == TpLinkState.Loading)
            Load(frame);
        else if (State == TpLinkState.Recovered)
            AnswerArp(frame);
    }

    private void Load(ReadOnlySpan<byte> frame)
    {
        if (Time.Elapsed < _busyUntil)
            return;
        _session.Receive(frame);
        int stored = _session.Record.BlocksStored;
        if (_options.RebootAtBlock > 0 && stored >= _options.RebootAtBlock && !_rebooted)
        {
            _rebooted = true;
            PowerOff();
            PowerOn();
        }
        else if (_options.EraseTime > TimeSpan.Zero && stored / BlocksPerErase > _erased)
        {
            _erased = stored / BlocksPerErase;
            _busyUntil = Time.Elapsed + _options.EraseTime;
        }
    }

    private void Enter(TpLinkState state, TimeSpan? lasts, Action? then)
    {
        State = state;
        if (lasts is not { } time || then is null)
            return;
        _then = then;
        _next.Set(time);
    }

    private void LinkUp()
    {
        State = TpLinkState.Loading;
        Print($"dup 1 speed {PortSpeedMbit}\n");
        SetLink(true);
        _session.Start();
    }

    private void Check()
    {
        ReadOnlySpan<byte> image = _session.Record.Received.Span;
        Print($"recovery_product_id = {_options.HardwareId:x8}\n");
        if (WhyRefused(image) is { } reason)
        {
            Refused++;
            Print($"{reason}\n");
            State = TpLinkState.Loading;
            _session.StartAgain();
            return;
        }
        Print($"Erase and write {image.Length:x} bytes\n");
        Enter(TpLinkState.Writing, _options.WriteTime, Reset);
    }

    private string? WhyRefused(ReadOnlySpan<byte> image)
    {
        if (image.Length == 0 || image.Length > _options.LargestImage)
            return $"bad image size {image.Length:x}";
        // Version 1 or 2 in the first word makes it a TP-Link v1 header (mktplinkfw.c); anything else has no id to compare.
        bool hasHeader = image.Length >= HeaderSize && BinaryPrimitives.ReadUInt32BigEndian(image) is 0x0100_0000 or 0x0200_0000;
        if (!hasHeader)
            return null;
        uint id = BinaryPrimitives.ReadUInt32BigEndian(image[HardwareIdAt..]);
        return id == _options.HardwareId ? null : $"bad product id {id:x8}";
    }

    private void Reset()
    {
        Flash = _session.Record.Received;
        _session.Stop();
        SetLink(false);
        Enter(TpLinkState.Booting, _options.ResetTime, () =>
        {
            SetLink(true);
            Enter(TpLinkState.Booting, _options.FirmwareBootTime, () =>
            {
                State = TpLinkState.Recovered;
                Announce();
                _announce.Set(TimeSpan.FromSeconds(1));
            });
        });
    }

    /// <summary>A gratuitous ARP request (RFC 5227 section 3), twice a second apart.</summary>
    private void Announce()
    {
        uint ip = Ipv4.ToNumber(_options.FirmwareIp);
        SendArp(new ArpPacket(ArpPacket.Request, Mac, ip, default, ip), MacAddress.Broadcast);
    }

    private void AnswerArp(ReadOnlySpan<byte> frame)
    {
        uint ip = Ipv4.ToNumber(_options.FirmwareIp);
        if (EthernetFrame.TryRead(frame, out _, out MacAddress from, out ushort type) && type == EthernetFrame.ArpType
            && ArpPacket.TryRead(frame[EthernetFrame.HeaderSize..], out ArpPacket arp)
            && arp.Operation == ArpPacket.Request && arp.TargetIp == ip)
        {
            SendArp(new ArpPacket(ArpPacket.Reply, Mac, ip, arp.SenderMac, arp.SenderIp), from);
        }
    }
}
