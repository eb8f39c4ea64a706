using Unbrick.Hardware.Serial;

namespace Unbrick.Sim.Esp;

/// <summary>The serial adapter of a simulated board. Closing it does not end the bench, unless it was opened by its address.</summary>
public sealed class SimEspPort : ISerialPort
{
    private readonly EspBench _bench;
    private readonly bool _ends;

    internal SimEspPort(EspBench bench, bool ends)
    {
        (_bench, _ends) = (bench, ends);
        Info = new SerialPortInfo(bench.Options.Name, HasRate: true, HasLines: bench.Options.Strap == EspStrap.Circuit, CountsErrors: true, TimeSpan.Zero);
    }

    /// <summary>The bench that it belongs to.</summary>
    public EspBench Bench => _bench;

    /// <inheritdoc/>
    public SerialPortInfo Info { get; }

    /// <inheritdoc/>
    public int Baud => _bench.Baud;

    /// <inheritdoc/>
    public SerialErrors? Errors => new(_bench.Framing, 0, 0, 0);

    /// <inheritdoc/>
    public bool TrySetBaud(int baud)
    {
        if (baud is < 50 or > 4_000_000)
            return false;
        _bench.SetBaud(baud);
        return true;
    }

    /// <inheritdoc/>
    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        count = _bench.Read(into, wait);
        return count > 0 ? SerialRead.Data : _bench.IsGone ? SerialRead.Gone : SerialRead.Silent;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => _bench.Write(bytes);

    /// <inheritdoc/>
    public bool SetLines(bool dtr, bool rts)
    {
        _bench.SetLines(dtr, rts);
        return Info.HasLines;
    }

    /// <inheritdoc/>
    public bool SetBreak(bool on) => false;

    /// <inheritdoc/>
    public void Discard() => _bench.Discard();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ends)
            _bench.Dispose();
    }
}
