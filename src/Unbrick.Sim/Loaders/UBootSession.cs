using Unbrick.Net;

namespace Unbrick.Sim.Loaders;

/// <summary>
/// One network command of U-Boot: an address (fixed, or by DHCP), then the file by TFTP, in or out; starts again where U-Boot does.
/// </summary>
internal sealed class UBootSession
{
    private readonly IUBootBoard _board;
    private readonly UBootSessionOptions _options;
    private readonly UBootNetwork _network;
    private readonly UBootDhcp _dhcp;
    private readonly UBootTftp _tftp;
    private readonly VirtualTimer _again;

    public UBootSession(IUBootBoard board, UBootSessionOptions options)
    {
        _board = board;
        _options = options;
        _network = new UBootNetwork(board, Record, options.Tftp);
        _dhcp = new UBootDhcp(board, _network, options.ModernDhcp, Record) { VendorClass = options.VendorClass, Bootp = options.Bootp };
        _tftp = options.Sent is { } sent
            ? new UBootTftpPut(board, _network, options.Tftp, Record, sent)
            : UBootTftp.Create(board, _network, options.Tftp, Record);
        _again = board.Time.CreateTimer(Begin);
        _network.ArpFailed += () => End(startAgain: true);
        _dhcp.Bound += () =>
        {
            Bound?.Invoke(_network.OwnIp);
            StartTftp(_dhcp.ServerIp, _dhcp.File);
        };
        _dhcp.Failed += () => End(startAgain: true);
        _tftp.Failed += End;
        _tftp.Done += () => Done?.Invoke();
    }

    /// <summary>The file is in memory.</summary>
    public event Action? Done;

    /// <summary>It was given this address.</summary>
    public event Action<uint>? Bound;

    /// <summary>It gave up.</summary>
    public event Action? GaveUp;

    /// <summary>What happened so far.</summary>
    public LoaderRecord Record { get; } = new();

    /// <summary>Asked each time before it starts again; false makes it give up (the button was let go).</summary>
    public Func<bool> MayStartAgain { get; init; } = () => true;

    public void Start() => Begin();

    /// <summary>Forgets everything, as after a loss of power.</summary>
    public void Stop()
    {
        _again.Stop();
        _dhcp.Stop();
        _tftp.Stop();
        _network.Reset();
        _network.OwnIp = 0;
    }

    public void Receive(ReadOnlySpan<byte> frame) => _network.Receive(frame);

    /// <summary>Starts again after the usual rest, as after a refused image.</summary>
    public void StartAgain() => End(startAgain: true);

    private void Begin()
    {
        if (_options.OwnIp is not { } own)
        {
            _dhcp.Start();
            return;
        }
        _network.OwnIp = Ipv4.ToNumber(own);
        StartTftp(0, "");
    }

    private void StartTftp(uint server, string file)
    {
        if (server == 0)
            server = Ipv4.ToNumber(_options.ServerIp);
        if (file.Length == 0)
            file = _options.File;
        if (file.Length == 0)
        {
            file = _options.DefaultFile ?? $"{_network.OwnIp:X8}.img";
            _board.Print($"*** Warning: no boot file name; using '{file}'\n");
        }
        _tftp.Start(server, file);
    }

    private void End(bool startAgain)
    {
        _dhcp.Stop();
        _tftp.Stop();
        _network.Reset();
        if (startAgain && _options.Tftp.RestartDelay is { } rest && MayStartAgain())
        {
            Record.Restarts++;
            _again.Set(rest);
        }
        else
        {
            GaveUp?.Invoke();
        }
    }
}
