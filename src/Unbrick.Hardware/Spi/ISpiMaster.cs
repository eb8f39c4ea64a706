namespace Unbrick.Hardware.Spi;

/// <summary>
/// A programmer that shifts bytes to and from one SPI chip: mode 0, most significant bit first, one chip-select. Calls block, and come from one
/// thread; whoever wants to stop does so between two of them. Throws <see cref="ProgrammerException"/> when the programmer, not the chip,
/// is at fault: a chip without contact answers like any other, with FF or 00.
/// </summary>
public interface ISpiMaster : IDisposable
{
    /// <summary>What it is and how much it takes at a time.</summary>
    SpiMasterInfo Info { get; }

    /// <summary>One chip-select: shifts out <paramref name="write"/>, then shifts in as many bytes as <paramref name="read"/> has.</summary>
    /// <param name="write">1 to <see cref="SpiMasterInfo.MaxWrite"/> bytes.</param>
    /// <param name="read">0 to <see cref="SpiMasterInfo.MaxRead"/> bytes.</param>
    void Transfer(ReadOnlySpan<byte> write, Span<byte> read);

    /// <summary>
    /// Many chip-selects in their order, without a pause between them where the programmer can: later ones are on their way before the answers
    /// to earlier ones are there.
    /// </summary>
    /// <param name="transfers">Taken one by one, as there is room; each keeps its buffers until it was told.</param>
    /// <param name="told">
    /// Gets each transfer in its order once its answer is there. When it says false no more are taken; those that were on their way are still
    /// carried out, but not told.
    /// </param>
    /// <returns>How many were told.</returns>
    int Queue(IEnumerable<SpiTransfer> transfers, Func<SpiTransfer, bool> told)
    {
        ArgumentNullException.ThrowIfNull(transfers);
        ArgumentNullException.ThrowIfNull(told);
        int count = 0;
        foreach (SpiTransfer transfer in transfers)
        {
            Transfer(transfer.Write.Span, transfer.Read.Span);
            count++;
            if (!told(transfer))
                break;
        }
        return count;
    }
}
