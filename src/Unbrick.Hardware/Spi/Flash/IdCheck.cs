namespace Unbrick.Hardware.Spi.Flash;

/// <summary>Asks the chip who it is while a job runs: the cheapest proof (four bytes) that it is still there and still the same.</summary>
internal sealed class IdCheck(ISpiMaster master, SpiChip chip)
{
    /// <summary>Longest id in use: continuation codes and extended ids included.</summary>
    private const int Longest = 16;

    private readonly byte[] _id = FromHex(chip.Jedec);

    /// <summary>The chip has an id that <c>9F</c> reads.</summary>
    public bool CanBeAsked => _id.Length > 0;

    /// <summary>A read of the id for a queue.</summary>
    public SpiTransfer Transfer() => new(new byte[] { NorOpcode.ReadId }, new byte[Math.Max(1, _id.Length)]);

    /// <summary>True for the answer of this chip; true for any where it has no id.</summary>
    public bool IsRight(ReadOnlySpan<byte> answer) => !CanBeAsked || answer.SequenceEqual(_id);

    /// <summary>Asks now; a second time when the answer was wrong, because one bit of noise is no lost contact.</summary>
    public bool IsThere()
    {
        if (!CanBeAsked)
            return true;
        Span<byte> answer = stackalloc byte[_id.Length];
        for (int i = 0; i < 2; i++)
        {
            master.Transfer([NorOpcode.ReadId], answer);
            if (IsRight(answer))
                return true;
        }
        return false;
    }

    private static byte[] FromHex(string hex) =>
        hex.Length is > 0 and <= Longest * 2 && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : [];
}
