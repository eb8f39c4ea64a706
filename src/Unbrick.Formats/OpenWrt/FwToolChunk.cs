namespace Unbrick.Formats.OpenWrt;

/// <summary>One chunk that OpenWrt's fwtool appended to an image.</summary>
/// <param name="Type">0 for a signature, 1 for metadata.</param>
/// <param name="Start">Where its data begin.</param>
/// <param name="End">Where its trailer ends, and with it the chunk.</param>
/// <param name="Stored">CRC in the trailer.</param>
/// <param name="Computed">CRC of every byte of the file before the trailer.</param>
public sealed record FwToolChunk(byte Type, int Start, int End, uint Stored, uint Computed)
{
    public const byte Signature = 0;

    public const byte Metadata = 1;

    public const int TrailerSize = 16;

    public bool CrcFits => Stored == Computed;

    /// <summary>Bytes of data, the trailer not counted.</summary>
    public int DataLength => End - TrailerSize - Start;

    public string Name => Type switch
    {
        Signature => "signature",
        Metadata => "metadata",
        _ => $"type {Type}",
    };
}
