namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Memory outside of the array; <c>otp</c> in <c>data/chips/*.json</c>.</summary>
internal sealed class ChipOtp
{
    public int Regions { get; set; }

    public int RegionSize { get; set; }

    public string? Read { get; set; }
}
