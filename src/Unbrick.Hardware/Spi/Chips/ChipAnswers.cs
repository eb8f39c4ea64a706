namespace Unbrick.Hardware.Spi.Chips;

/// <summary>What a chip said of itself.</summary>
/// <param name="Rdid">Answer to 9F: three bytes at least, six are better.</param>
public sealed record ChipAnswers(ReadOnlyMemory<byte> Rdid)
{
    /// <summary>Answer to 5A from address 0; empty when it was not asked for.</summary>
    public ReadOnlyMemory<byte> Sfdp { get; init; }

    /// <summary>Answer to 90 with address 0 (maker, device); empty when it was not asked for.</summary>
    public ReadOnlyMemory<byte> Rems { get; init; }

    /// <summary>Answer to AB after three dummy bytes (device); empty when it was not asked for.</summary>
    public ReadOnlyMemory<byte> Res { get; init; }

    /// <summary>Answer to 15 (maker, device: AT25F); empty when it was not asked for.</summary>
    public ReadOnlyMemory<byte> At25F { get; init; }

    /// <summary>All repetitions were the same.</summary>
    public bool IsStable { get; init; } = true;
}
