namespace Unbrick.Formats;

/// <summary>
/// Bounds of one scan, so that no file, however made, can take more time or memory than an honest one of its size. Used by one thread.
/// </summary>
/// <param name="mostUnpacked">Bytes that may come out of decompressors in all.</param>
/// <param name="mostNested">Depth of containers in containers.</param>
public sealed class ReadBudget(long mostUnpacked = ReadBudget.UsualUnpacked, int mostNested = 12)
{
    public const long UsualUnpacked = 256L << 20;

    /// <summary>Bytes of the longest volume that is put together from its pieces; one is held at a time.</summary>
    public const int LargestVolume = 64 << 20;

    /// <summary>Depth of containers in containers.</summary>
    public int MostNested => mostNested;

    /// <summary>Bytes that may still come out of decompressors.</summary>
    public long Unpackable { get; private set; } = mostUnpacked;

    /// <summary>Takes what a decompressor gave.</summary>
    public void Spend(long unpacked) => Unpackable = Math.Max(0, Unpackable - unpacked);
}
