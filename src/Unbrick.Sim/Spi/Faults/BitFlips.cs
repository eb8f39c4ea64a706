using Unbrick.Sim.Cables;

namespace Unbrick.Sim.Spi.Faults;

/// <summary>A bit is read, or sent, the other way round now and then. How far it is to the next one is drawn, so that good bytes cost nothing.</summary>
/// <param name="chance">For a byte, 0 to 1.</param>
/// <param name="sent">Bytes to the chip; else its answers.</param>
/// <param name="seed">The same seed and the same traffic meet the same flips.</param>
internal sealed class BitFlips(double chance, bool sent, ulong seed) : SpiFault
{
    private ulong _draw = CableDraw.Mix(seed + 1);
    private double _next = -1;

    public override void Before(FaultyTransfer transfer)
    {
        if (sent)
            Flip(transfer.Write);
    }

    public override void After(FaultyTransfer transfer)
    {
        if (!sent)
            Flip(transfer.Read.Span);
    }

    private void Flip(Span<byte> bytes)
    {
        if (chance <= 0)
            return;
        if (_next < 0)
            _next = Distance();
        while (_next < bytes.Length)
        {
            bytes[(int)_next] ^= (byte)(1 << (int)(Draw() & 7));
            _next += 1 + Distance();
        }
        _next -= bytes.Length;
    }

    /// <summary>Good bytes before the next bad one.</summary>
    private double Distance()
    {
        double unit = ((Draw() >> 11) + 1) * (1.0 / (1UL << 53));
        return chance >= 1 ? 0 : Math.Floor(Math.Log(unit) / Math.Log(1 - chance));
    }

    private ulong Draw() => CableDraw.Mix(_draw += 0x9e37_79b9_7f4a_7c15);
}
