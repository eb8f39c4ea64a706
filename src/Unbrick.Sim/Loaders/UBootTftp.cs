using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Unbrick.Net;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Loaders;

/// <summary>What the TFTP clients of all U-Boot generations have in common: request, time-outs, errors, console text.</summary>
internal abstract class UBootTftp
{
    protected const int DefaultBlockSize = 512;
    private const ushort ServerPort = 69;
    private const int LongestName = 127;
    private const int HashesPerLine = 65;
    private const int BlocksPerHash = 10;

    private readonly IUBootBoard _board;
    private readonly UBootNetwork _network;
    private readonly VirtualTimer _timer;
    private readonly LoaderMemory _memory;
    private readonly byte[] _packet = new byte[1500];
    private uint _serverIp;
    private string _file = "";
    private ushort _ourPort;
    private int _timeouts;
    private TimeSpan _started;

    protected UBootTftp(IUBootBoard board, UBootNetwork network, UBootTftpOptions options, LoaderRecord record)
    {
        _board = board;
        _network = network;
        Options = options;
        Record = record;
        _timer = board.Time.CreateTimer(TimedOut);
        _memory = new LoaderMemory(options.RamSize);
    }

    protected enum TftpState
    {
        Idle,
        Asking,
        OptionsAccepted,
        Data,
    }

    /// <summary>The file is in memory.</summary>
    public event Action? Done;

    /// <summary>It cannot go on; true when it starts again.</summary>
    public event Action<bool>? Failed;

    protected UBootTftpOptions Options { get; }

    protected LoaderRecord Record { get; }

    protected TftpState State { get; set; }

    protected ushort RemotePort { get; set; }

    protected int BlockSize { get; set; }

    /// <summary>The block last received, as the 16 bits on the wire say it; what an ACK carries.</summary>
    protected ushort Current { get; set; }

    /// <summary>Where the block numbers of this round start, in bytes.</summary>
    protected long WrapOffset { get; set; }

    public static UBootTftp Create(IUBootBoard board, UBootNetwork network, UBootTftpOptions options, LoaderRecord record) =>
        options.InOrderOnly ? new UBootStrictTftp(board, network, options, record) : new UBootLegacyTftp(board, network, options, record);

    public void Start(uint serverIp, string file)
    {
        _serverIp = serverIp;
        _file = file.Length > LongestName ? file[..LongestName] : file;
        string server = Ipv4.FromNumber(serverIp).ToString();
        if (Options.Adapter is { } adapter)
            _board.Print($"Using {adapter} device\n");
        _board.Print($"TFTP {(Request == TftpWire.WriteRequest ? "to" : "from")} server {server}; our IP address is {Ipv4.FromNumber(_network.OwnIp)}\n");
        _board.Print($"Filename '{_file}'.\n");
        if (Options.RalinkConsole)
            _board.Print($"\n TIMEOUT_COUNT={Options.TimeoutCount},");
        PrintPlace();
        _timeouts = 0;
        _started = _board.Time.Elapsed;
        _ourPort = (ushort)(1024 + (long)_started.TotalMilliseconds % 3072);
        Record.LastPort = _ourPort;
        RemotePort = ServerPort;
        Current = 0;
        BlockSize = DefaultBlockSize;
        State = TftpState.Asking;
        Restart();
        _network.Reset();
        _network.Handler = Receive;
        SetTimeout();
        Reply();
    }

    /// <summary>Which request it makes.</summary>
    protected virtual ushort Request => TftpWire.ReadRequest;

    public void Stop()
    {
        State = TftpState.Idle;
        _timer.Stop();
        _network.Handler = null;
    }

    protected virtual void PrintPlace() => _board.Print($"Load address: 0x{Options.LoadAddress:x}\nLoading: *\b");

    /// <summary>Sets what is special to the generation back for a new try.</summary>
    protected abstract void Restart();

    protected abstract void ReceiveData(ushort block, ushort fromPort, ReadOnlySpan<byte> data);

    protected abstract void ReceiveOptions(ushort fromPort, ReadOnlySpan<byte> options);

    /// <summary>Only those who send get one.</summary>
    protected virtual void ReceiveAck(ushort block, ushort fromPort)
    {
    }

    /// <summary>What is sent in any state but the first; an ACK of the current block.</summary>
    /// <returns>Bytes of <paramref name="packet"/>.</returns>
    protected virtual int Answer(Span<byte> packet)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet, TftpWire.Ack);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Current);
        return 4;
    }

    /// <summary>The first block of a file; what was in memory is forgotten.</summary>
    protected void BeginFile(ushort fromPort)
    {
        State = TftpState.Data;
        RemotePort = fromPort;
        WrapOffset = 0;
        _memory.Clear(BlockSize);
    }

    protected void Store(long offset, ReadOnlySpan<byte> data)
    {
        Record.BlocksStored++;
        _memory.Store(offset, data);
    }

    protected void RestoreLives() => _timeouts = 0;

    protected void SetTimeout() => _timer.Set(TimeSpan.FromSeconds(Options.TimeoutSeconds));

    protected void ShowProgress(long position)
    {
        if (position % BlocksPerHash == 0)
            _board.Print("#");
        else if ((position + 1) % (BlocksPerHash * HashesPerLine) == 0)
            _board.Print("\n\t ");
    }

    protected void Print(string text) => _board.Print(text);

    /// <summary>What the state asks for: the request, or an answer.</summary>
    protected void Reply()
    {
        if (State == TftpState.Asking)
        {
            Record.Requests++;
            SendRequest();
            return;
        }
        Send(Answer(_packet));
    }

    protected void SendError(ushort code, string text)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_packet, TftpWire.Error);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), code);
        Send(4 + Put(4, text));
    }

    protected void NotFirstBlock()
    {
        Print($"\nTFTP error: First block is not block 1 ({Current})\nStarting again\n\n");
        Fail(startAgain: true);
    }

    protected void Complete()
    {
        byte[] file = _memory.Take(out bool corrupted);
        (Record.Received, Record.Corrupted) = (file, corrupted);
        Finish(file.Length);
    }

    /// <summary>It is over, and went well.</summary>
    protected void Finish(int length)
    {
        Record.Completed++;
        if (Options.PrintsRate)
            PrintRate(length);
        Print("\ndone\n");
        if (length > 0)
            Print($"Bytes transferred = {length} ({length:x} hex)\n");
        Stop();
        Done?.Invoke();
    }

    protected void Fail(bool startAgain)
    {
        Stop();
        Failed?.Invoke(startAgain);
    }

    private void Receive(uint fromIp, in UdpDatagram datagram)
    {
        ReadOnlySpan<byte> packet = datagram.Payload;
        // Before the first answer any sender's port is good (and any sender: net.c looks at no source address).
        if (datagram.ToPort != _ourPort || (State != TftpState.Asking && datagram.FromPort != RemotePort) || packet.Length < 2)
            return;
        switch (BinaryPrimitives.ReadUInt16BigEndian(packet))
        {
            case TftpWire.OptionsAck:
                ReceiveOptions(datagram.FromPort, packet[2..]);
                break;
            case TftpWire.Data when packet.Length >= 4:
                ReceiveData(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), datagram.FromPort, packet[4..]);
                break;
            case TftpWire.Ack when packet.Length >= 4:
                ReceiveAck(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), datagram.FromPort);
                break;
            case TftpWire.Error when packet.Length >= 4:
                ReceiveError(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), TftpWire.Text(packet[4..]));
                break;
        }
    }

    private void ReceiveError(ushort code, string text)
    {
        Print($"\nTFTP error: '{text}' ({code})\n");
        bool final = Options.EndsOnNotFound && code is 1 or 2;
        Print(final ? "Not retrying...\n" : "Starting again\n\n");
        Fail(startAgain: !final);
    }

    private void TimedOut()
    {
        Record.Timeouts++;
        Record.MostTimeoutsInOneTry = Math.Max(Record.MostTimeoutsInOneTry, ++_timeouts);
        if (_timeouts > Options.TimeoutCount)
        {
            Print("\nRetry count exceeded; starting again\n");
            Fail(startAgain: true);
            return;
        }
        Print("T ");
        SetTimeout();
        Reply();
    }

    private void SendRequest()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_packet, Request);
        int length = 2;
        length += Put(length, _file);
        length += Put(length, "octet");
        length += PutOption(length, "timeout", Options.TimeoutSeconds);
        if (Options.AskedBlockSize is { } blockSize)
            length += PutOption(length, "blksize", blockSize);
        if (Options.InOrderOnly && Options.WindowSize > 1)
            length += PutOption(length, "windowsize", Options.WindowSize);
        Send(length);
    }

    private int PutOption(int at, string name, int value)
    {
        int length = Put(at, name);
        return length + Put(at + length, value.ToString(CultureInfo.InvariantCulture));
    }

    private int Put(int at, string text)
    {
        int length = Encoding.Latin1.GetBytes(text, _packet.AsSpan(at));
        _packet[at + length] = 0;
        return length + 1;
    }

    private void Send(int length) => _network.SendUdp(_serverIp, RemotePort, _ourPort, _packet.AsSpan(0, length));

    private void PrintRate(int bytes)
    {
        long ms = (long)(_board.Time.Elapsed - _started).TotalMilliseconds;
        if (ms > 0)
            Print($"\n\t {PrintedSize.Of(bytes / ms * 1000)}/s");
    }
}
