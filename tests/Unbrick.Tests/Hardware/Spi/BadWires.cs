using Unbrick.Hardware.Spi;

namespace Unbrick.Tests.Hardware.Spi;

/// <summary>Between a programmer and its chip: each chip-select can be kept from the chip, and its answer can be spoiled.</summary>
internal sealed class BadWires(ISpiMaster inner) : ISpiMaster
{
    private const int Depth = 24;

    public SpiMasterInfo Info { get; set; } = inner.Info;

    /// <summary>Chip-selects until now.</summary>
    public int Count { get; private set; }

    /// <summary>What a wire reads that nobody drives.</summary>
    public byte Open { get; set; } = 0xFF;

    /// <summary>Whether chip-select number n with these bytes reaches the chip.</summary>
    public Func<int, byte[], bool>? Reaches { get; set; }

    /// <summary>Spoils the answer to chip-select number n with these bytes.</summary>
    public Action<int, byte[], byte[]>? Spoil { get; set; }

    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        int number = Count++;
        byte[] sent = write.ToArray();
        if (Reaches is null || Reaches(number, sent))
            inner.Transfer(write, read);
        else
            read.Fill(Open);
        if (Spoil is null || read.IsEmpty)
            return;
        byte[] answer = read.ToArray();
        Spoil(number, sent, answer);
        answer.CopyTo(read);
    }

    public int Queue(IEnumerable<SpiTransfer> transfers, Func<SpiTransfer, bool> told)
    {
        Queue<SpiTransfer> answered = new();
        int count = 0;
        foreach (SpiTransfer transfer in transfers)
        {
            Transfer(transfer.Write.Span, transfer.Read.Span);
            answered.Enqueue(transfer);
            if (answered.Count <= Depth)
                continue;
            count++;
            if (!told(answered.Dequeue()))
                return count;
        }
        while (answered.TryDequeue(out SpiTransfer? transfer))
        {
            count++;
            if (!told(transfer))
                break;
        }
        return count;
    }

    public void Dispose() => inner.Dispose();
}
