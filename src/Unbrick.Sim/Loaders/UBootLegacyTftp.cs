namespace Unbrick.Sim.Loaders;

/// <summary>
/// 1.1.3 to v2020.07. Takes blocks in any order and puts each where its number says; ignores a repeat of the block it last took without
/// an ACK (so a lost ACK costs five seconds and a life); ends at the first short block.
/// </summary>
internal sealed class UBootLegacyTftp(IUBootBoard board, UBootNetwork network, UBootTftpOptions options, LoaderRecord record)
    : UBootTftp(board, network, options, record)
{
    private const long BlocksPerRound = 0x1_0000;
    private ushort _last;

    protected override void Restart() => _last = 0;

    protected override void ReceiveOptions(ushort fromPort, ReadOnlySpan<byte> options)
    {
        State = TftpState.OptionsAccepted;
        RemotePort = fromPort;
        // Compared with case; whatever number is in there is taken (only from v2020.10 on it is checked against what was asked).
        if (Options.AskedBlockSize is not null && TftpWire.Option(options, "blksize", StringComparison.Ordinal) is { } size and > 0)
            BlockSize = (ushort)size;
        Reply();
    }

    protected override void ReceiveData(ushort block, ushort fromPort, ReadOnlySpan<byte> data)
    {
        Current = block;
        if (block == 0 && (Options.CountsRepeatedWraps || _last != 0))
            Wrap();
        else
            ShowProgress(block - 1);
        if (State != TftpState.Data)
        {
            BeginFile(fromPort);
            _last = 0;
            if (block != 1)
            {
                NotFirstBlock();
                return;
            }
        }
        if (block == _last)
        {
            Record.BlocksIgnored++;
            return;
        }
        _last = block;
        SetTimeout();
        Store((block - 1L) * BlockSize + WrapOffset, data);
        Reply();
        if (data.Length < BlockSize)
            Complete();
    }

    private void Wrap()
    {
        WrapOffset += BlockSize * BlocksPerRound;
        if (Options.WrapRestoresLives)
            RestoreLives();
        if (Options.CountsRepeatedWraps)
            Print($"\n\t {WrapOffset >> 20} MB received\n\t ");
    }
}
