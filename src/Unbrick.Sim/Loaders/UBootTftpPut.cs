using System.Buffers.Binary;

namespace Unbrick.Sim.Loaders;

/// <summary>
/// <c>tftpput</c> (net/tftp.c of v2023.01, CONFIG_CMD_TFTPPUT): a block at a time; an ACK that is not that of the last block moves it there and is
/// answered only after its own time-out.
/// </summary>
/// <param name="board">Whose network it is.</param>
/// <param name="network">Of the board.</param>
/// <param name="options">How it loads, and so how it sends.</param>
/// <param name="record">Of what happens.</param>
/// <param name="content">What is sent.</param>
internal sealed class UBootTftpPut(IUBootBoard board, UBootNetwork network, UBootTftpOptions options, LoaderRecord record, ReadOnlyMemory<byte> content)
    : UBootTftp(board, network, options, record)
{
    private const long BlocksPerRound = 0x1_0000;
    private bool _isLastSent;
    private long _round;

    protected override ushort Request => TftpWire.WriteRequest;

    protected override void PrintPlace() => Print($"Save address: 0x{Options.LoadAddress:x}\nSave size:    0x{content.Length:x}\nSaving: *\b");

    protected override void Restart()
    {
        _isLastSent = false;
        _round = 0;
    }

    protected override void ReceiveData(ushort block, ushort fromPort, ReadOnlySpan<byte> data)
    {
        // it sends
    }

    protected override void ReceiveOptions(ushort fromPort, ReadOnlySpan<byte> options)
    {
        RemotePort = fromPort;
        BlockSize = TftpWire.Option(options, "blksize", StringComparison.OrdinalIgnoreCase) ?? BlockSize;
        State = TftpState.Data;
        Current = 1;
        SetTimeout();
        Reply();
    }

    protected override void ReceiveAck(ushort block, ushort fromPort)
    {
        if (_isLastSent)
        {
            Finish(content.Length);
            return;
        }
        (RemotePort, State) = (fromPort, TftpState.Data);
        bool isLast = block == Current;
        Current = (ushort)(block + 1);
        if (Current == 0)
        {
            _round++;
            RestoreLives();
        }
        ShowProgress(Current - 1 + _round * BlocksPerRound);
        SetTimeout();
        if (isLast)
            Reply();
    }

    protected override int Answer(Span<byte> packet)
    {
        long at = (Current - 1 + _round * BlocksPerRound) * BlockSize;
        ReadOnlySpan<byte> rest = at < content.Length ? content.Span[(int)at..] : [];
        int length = Math.Min(rest.Length, BlockSize);
        BinaryPrimitives.WriteUInt16BigEndian(packet, TftpWire.Data);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Current);
        rest[..length].CopyTo(packet[4..]);
        _isLastSent = length < BlockSize;
        return 4 + length;
    }
}
