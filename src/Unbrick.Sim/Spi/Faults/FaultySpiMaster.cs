using Unbrick.Hardware.Spi;

namespace Unbrick.Sim.Spi.Faults;

/// <summary>A programmer, real or simulated, with something wrong between it and the chip.</summary>
public sealed class FaultySpiMaster : ISpiMaster
{
    private readonly ISpiMaster _master;
    private readonly SpiFaults _faults;
    private readonly TimeProvider _time;
    private byte[] _answer = [];
    private bool _gone;

    internal FaultySpiMaster(ISpiMaster master, SpiFaults faults, TimeProvider time)
    {
        _master = master;
        _faults = faults;
        _time = time;
        Info = master.Info with { Name = $"{master.Info.Name} with faults" };
    }

    /// <inheritdoc/>
    public SpiMasterInfo Info { get; }

    /// <inheritdoc/>
    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (_answer.Length < read.Length)
            _answer = new byte[read.Length];
        FaultyTransfer transfer = Begin(write, _answer.AsMemory(0, read.Length));
        _master.Transfer(transfer.Write, transfer.Read.Span);
        _faults.End(transfer);
        transfer.Read.Span.CopyTo(read);
    }

    /// <inheritdoc/>
    public int Queue(IEnumerable<SpiTransfer> transfers, Func<SpiTransfer, bool> told)
    {
        ArgumentNullException.ThrowIfNull(transfers);
        ArgumentNullException.ThrowIfNull(told);
        Queue<(FaultyTransfer Faulty, SpiTransfer Asked)> onTheirWay = new();
        return _master.Queue(Send(), _ =>
        {
            (FaultyTransfer faulty, SpiTransfer asked) = onTheirWay.Dequeue();
            _faults.End(faulty);
            return told(asked);
        });

        IEnumerable<SpiTransfer> Send()
        {
            foreach (SpiTransfer asked in transfers)
            {
                FaultyTransfer faulty = Begin(asked.Write.Span, asked.Read);
                onTheirWay.Enqueue((faulty, asked));
                yield return new SpiTransfer(faulty.Write, faulty.Read);
            }
        }
    }

    /// <summary>Leaves the programmer behind it as it is: whoever opened that closes it.</summary>
    public void Dispose() => _gone = true;

    private FaultyTransfer Begin(ReadOnlySpan<byte> write, Memory<byte> read)
    {
        if (_gone)
            throw new ProgrammerException(ProgrammerFault.Gone, "unplugged (simulated)");
        try
        {
            return _faults.Begin(write, read, _time);
        }
        catch (ProgrammerException)
        {
            _gone = true;
            throw;
        }
    }
}
