using Unbrick.Net;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Devices;

/// <summary>A Netgear router in its recovery: listens for NMRP, takes a file by TFTP, writes, says good bye. See <see cref="NetgearNmrpOptions"/>.</summary>
public sealed class NetgearNmrp : UBootDevice
{
    private const int Repetitions = 5;
    private const int GoodByes = 12;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500), s_answerWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly NetgearNmrpOptions _options;
    private readonly UBootNetwork _network;
    private readonly TftpTarget _tftp;
    private readonly VirtualTimer _next;
    private readonly VirtualTimer _alive;
    private readonly byte[] _out = new byte[EthernetFrame.MostSize];
    private MacAddress _server;
    private int _tries;
    private int _refused;
    private bool _restarted, _new;

    /// <summary>A router without power.</summary>
    public NetgearNmrp(VirtualTime time, NetgearNmrpOptions options)
        : base(time, options?.Seed ?? throw new ArgumentNullException(nameof(options)), options.Turnaround, portSpeedMbit: 1000)
    {
        _options = options;
        _network = new UBootNetwork(this, new LoaderRecord(), UBootTftpOptions.UBoot2018);
        _tftp = new TftpTarget(_network) { SwallowsLastAck = options.SwallowsLastAck };
        _tftp.Began += () => Enter(NetgearState.Loading, s_patience);
        _tftp.Took += Took;
        _tftp.Done += Check;
        _next = time.CreateTimer(Due);
        _alive = time.CreateTimer(KeepAlive);
    }

    /// <summary>Where it stands.</summary>
    public NetgearState State { get; private set; }

    /// <summary>The region it keeps; null while nobody has set one.</summary>
    public ushort? Region { get; private set; }

    /// <summary>The name in the last write request.</summary>
    public string FileName => _tftp.Name;

    /// <summary>What was written to flash; empty when nothing was.</summary>
    public ReadOnlyMemory<byte> Flash { get; private set; }

    /// <summary>Keep-alive requests that were answered.</summary>
    public int KeptAlive { get; private set; }

    /// <summary>It was configured so often.</summary>
    public int Configured { get; private set; }

    /// <inheritdoc/>
    public override void PowerOn()
    {
        if (State is NetgearState.Off or NetgearState.Bricked)
            Enter(NetgearState.Starting, _options.LinkDelay + StartJitter);
    }

    /// <inheritdoc/>
    public override void PowerOff()
    {
        _new = State is NetgearState.Closing or NetgearState.Closed || _new && State != NetgearState.Writing;
        State = State == NetgearState.Writing ? NetgearState.Bricked : NetgearState.Off;
        _next.Stop();
        _alive.Stop();
        _tftp.Stop();
        _network.OwnIp = 0;
        SetLink(false);
    }

    internal override void Receive(ReadOnlySpan<byte> frame)
    {
        if (!EthernetFrame.TryRead(frame, out MacAddress to, out MacAddress from, out ushort type) || (to != Mac && to != MacAddress.Broadcast))
            return;
        if (type == NmrpWire.EtherType && NmrpWire.TryRead(frame[EthernetFrame.HeaderSize..], out byte code, out NmrpOptions options))
            OnMessage(code, options, from);
        else if (State is not (NetgearState.Off or NetgearState.Starting or NetgearState.Listening or NetgearState.Dead) && !Ignores(frame, type))
            _network.Receive(frame);
    }

    private bool Ignores(ReadOnlySpan<byte> frame, ushort type) => !_options.AnswersArp && type == EthernetFrame.ArpType
        && ArpPacket.TryRead(frame[EthernetFrame.HeaderSize..], out ArpPacket arp) && arp.Operation == ArpPacket.Request;

    private void OnMessage(byte code, NmrpOptions options, MacAddress from)
    {
        switch (code)
        {
            case NmrpWire.Advertise when State == NetgearState.Listening && options.Magic:
                _server = from;
                Print("nmrp configing\n");
                Repeat(NetgearState.Configuring);
                break;
            case NmrpWire.ConfAck when State == NetgearState.Configuring && options.Ip != 0:
                Configure(options);
                break;
            case NmrpWire.KeepAliveAck when State == NetgearState.KeepingAlive:
                KeptAlive++;
                Write();
                break;
            case NmrpWire.KeepAliveAck when State == NetgearState.Writing:
                KeptAlive++;
                break;
            case NmrpWire.CloseAck when State == NetgearState.Closing:
                Close();
                break;
            case NmrpWire.CloseRequest:
                Send(NmrpWire.CloseAck);
                break;
        }
    }

    private void Configure(NmrpOptions options)
    {
        Configured++;
        _network.OwnIp = options.Ip;
        Print($"option ip[{NmrpWire.Text(options.Ip)}]\n");
        Region = options.Region ?? Region;
        if (!options.Firmware)
            Repeat(NetgearState.Closing);
        else if (_options.NeverAsks)
            Enter(NetgearState.Waiting, null);
        else
            AskForFile();
    }

    private void AskForFile()
    {
        _tftp.Start();
        Repeat(NetgearState.Waiting);
    }

    private void Took(long block)
    {
        _next.Set(s_patience);
        if (_restarted || block != _options.RestartAtBlock)
            return;
        _restarted = true;
        PowerOff();
        PowerOn();
    }

    private void Check()
    {
        if (_refused < _options.Refuses || _tftp.File.Length > _options.LargestImage)
        {
            _refused++;
            Print("nmrp write image error tftp up request again.\n");
            AskForFile();
            return;
        }
        Print("nmrp tftp upload complete.\n");
        if (_options.KeepAliveEvery is null)
        {
            Write();
            return;
        }
        Enter(NetgearState.KeepingAlive, s_answerWithin);
        Send(NmrpWire.KeepAliveRequest);
    }

    private void Write()
    {
        Print("write firmware...\n");
        Enter(NetgearState.Writing, _options.WriteTime);
        if (_options.KeepAliveEvery is TimeSpan pause)
            _alive.Set(pause);
    }

    private void KeepAlive()
    {
        if (State != NetgearState.Writing || _options.KeepAliveEvery is not TimeSpan pause)
            return;
        Send(NmrpWire.KeepAliveRequest);
        _alive.Set(pause);
    }

    private void Due()
    {
        switch (State)
        {
            case NetgearState.Starting:
                SetLink(true);
                Print("\n Client starts...[Listening] for ADVERTISE...\n");
                if (_new)
                    Boot();
                else
                    Enter(NetgearState.Listening, _options.ListenTime);
                break;
            case NetgearState.Listening:
                Print("Retry count exceeded; boot the image as usual\n");
                Enter(NetgearState.Dead, null);
                break;
            case NetgearState.Configuring or NetgearState.Waiting or NetgearState.Closing:
                RepeatOrGiveUp();
                break;
            case NetgearState.Loading or NetgearState.KeepingAlive:
                Print("nmrp tftp up request again.\n");
                AskForFile();
                break;
            case NetgearState.Writing:
                Flash = _tftp.File;
                if (_options.NeverCloses)
                    Enter(NetgearState.Closed, null);
                else
                    Repeat(NetgearState.Closing);
                break;
            case NetgearState.Closed when _options.RestartsItself:
                SetLink(false);
                _new = true;
                Enter(NetgearState.Starting, _options.LinkDelay);
                break;
            case NetgearState.Recovered:
                Announce();
                break;
        }
    }

    private void Repeat(NetgearState state)
    {
        _tries = 0;
        Enter(state, s_interval);
        SendForState();
    }

    private void RepeatOrGiveUp()
    {
        if (++_tries <= (State == NetgearState.Closing ? GoodByes : Repetitions))
        {
            SendForState();
            _next.Set(s_interval);
        }
        else if (State == NetgearState.Closing)
        {
            Close();
        }
        else if (State == NetgearState.Waiting)
        {
            Print("nmrp tftpwaiting timeout to configing.\n");
            Repeat(NetgearState.Configuring);
        }
        else
        {
            Print("nmrp configing timeout to listen.\n");
            Enter(NetgearState.Listening, _options.ListenTime);
        }
    }

    private void SendForState()
    {
        if (State == NetgearState.Waiting)
            Send(NmrpWire.UploadRequest, _options.File);
        else
            Send(State == NetgearState.Configuring ? NmrpWire.ConfRequest : NmrpWire.CloseRequest);
    }

    private void Close()
    {
        Print("nmrp closed.\n");
        Enter(NetgearState.Closed, TimeSpan.FromSeconds(3));
    }

    private void Boot()
    {
        State = NetgearState.Recovered;
        _next.Set(_options.FirmwareBootTime);
    }

    private void Announce()
    {
        uint ip = Ipv4.ToNumber(_options.FirmwareIp);
        SendArp(new ArpPacket(ArpPacket.Request, Mac, ip, default, ip), MacAddress.Broadcast);
    }

    private void Enter(NetgearState state, TimeSpan? lasts)
    {
        State = state;
        if (lasts is TimeSpan time)
            _next.Set(time);
        else
            _next.Stop();
    }

    private void Send(byte code, string? name = null) =>
        SendFrame(_out.AsSpan(0, NmrpWire.Write(_out, _server, Mac, code, name)), _options.Turnaround);
}
