namespace Unbrick.Formats.Recipes;

/// <summary>A file seen as the flash that it is (part of): where a place of the flash is in it.</summary>
/// <param name="bytes">The file.</param>
/// <param name="skip">Bytes in front that are no part of the flash.</param>
/// <param name="flashAt">Where in the flash the byte behind them belongs.</param>
internal readonly struct FlashView(ReadOnlyMemory<byte> bytes, long skip, long flashAt)
{
    public ReadOnlyMemory<byte> File => bytes;

    /// <summary>The first place of the flash that the file has, and the first behind it.</summary>
    public long First => flashAt;

    public long End => Math.Max(flashAt, flashAt + bytes.Length - skip);

    /// <summary>The place in the file; outside of it when the file does not have it.</summary>
    public long InFile(long flash) => flash - flashAt + skip;

    /// <summary>As much of the stretch as the file has; empty when it does not have the beginning.</summary>
    public ReadOnlySpan<byte> Slice(long flash, long length)
    {
        if (flash < First || flash >= End || length <= 0)
            return [];
        return bytes.Span.Slice((int)InFile(flash), (int)Math.Min(length, End - flash));
    }
}
