using Unbrick.Hardware.Spi;

namespace Unbrick.Cli.Demos;

/// <summary>A clip that slips off once so many pages were programmed: from then on the open wire reads FF.</summary>
/// <param name="programmer">The programmer; stays the caller's.</param>
/// <param name="pages">Pages after which it slips; the most there is, never.</param>
/// <param name="moved">Told after each transfer.</param>
internal sealed class SlippingClip(ISpiMaster programmer, int pages, Action moved) : ISpiMaster
{
    private const byte PageProgram = 0x02;

    private int _left = pages;

    public SpiMasterInfo Info => programmer.Info;

    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (_left > 0 && write[0] == PageProgram)
            _left--;
        if (_left > 0)
            programmer.Transfer(write, read);
        else
            read.Fill(0xFF);
        moved();
    }

    public void Dispose()
    {
        // What it is clipped to goes on.
    }
}
