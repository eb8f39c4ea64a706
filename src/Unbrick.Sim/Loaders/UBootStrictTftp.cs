namespace Unbrick.Sim.Loaders;

/// <summary>
/// v2020.10 and later (since commit cc6b87ecaa9, "net: tftp: Add client support for RFC 7440"). Takes only the next block. Any other is
/// answered with an ACK of the last one, once for each position; further ones are ignored until its own time-out. At position 0 not even
/// once, because the memory of what was answered starts at 0.
/// </summary>
internal sealed class UBootStrictTftp(IUBootBoard board, UBootNetwork network, UBootTftpOptions options, LoaderRecord record)
    : UBootTftp(board, network, options, record)
{
    private const long BlocksPerRound = 0x1_0000;
    private const ushort OptionsRefused = 8;
    private ushort _lastNack;
    private ushort _nextAck;
    private ushort _window;
    private long _round;

    protected override void Restart()
    {
        _lastNack = 0;
        _window = 1;
        _nextAck = 1;
        _round = 0;
    }

    protected override void ReceiveOptions(ushort fromPort, ReadOnlySpan<byte> options)
    {
        State = TftpState.OptionsAccepted;
        RemotePort = fromPort;
        string? refused = null;
        if (TftpWire.Option(options, "blksize", StringComparison.OrdinalIgnoreCase) is { } size)
        {
            BlockSize = (ushort)size;
            if (BlockSize > Options.AskedBlockSize)
                refused = $"Invalid blk size(={BlockSize})\n";
        }
        if (TftpWire.Option(options, "timeout", StringComparison.OrdinalIgnoreCase) is { } timeout && timeout != Options.TimeoutSeconds)
            refused = $"Invalid timeout val(={timeout} s)\n";
        if (TftpWire.Option(options, "windowsize", StringComparison.OrdinalIgnoreCase) is { } window)
            _window = (ushort)window;
        _nextAck = _window;
        if (refused is null)
        {
            Reply();
            return;
        }
        Print(refused);
        SendError(OptionsRefused, "Option Negotiation Failed");
        Fail(startAgain: false);
    }

    protected override void ReceiveData(ushort block, ushort fromPort, ReadOnlySpan<byte> data)
    {
        if (block != (ushort)(Current + 1))
        {
            OutOfOrder();
            return;
        }
        Current = block;
        if (State != TftpState.Data)
            BeginFile(fromPort);
        if (block == 0)
        {
            _round++;
            WrapOffset += BlockSize * BlocksPerRound;
            RestoreLives();
        }
        ShowProgress(block - 1 + _round * BlocksPerRound);
        SetTimeout();
        Store((block - 1L) * BlockSize + WrapOffset, data);
        if (data.Length < BlockSize)
        {
            Reply();
            Complete();
        }
        else if (block == _nextAck)
        {
            Reply();
            _nextAck += _window;
        }
    }

    private void OutOfOrder()
    {
        if (_lastNack == Current)
        {
            Record.BlocksIgnored++;
            return;
        }
        Record.Nacks++;
        Reply();
        _lastNack = Current;
        _nextAck = (ushort)(Current + _window);
    }
}
