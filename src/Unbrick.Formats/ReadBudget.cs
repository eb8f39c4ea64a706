namespace Unbrick.Formats;

/// <summary>
/// Bounds of one scan, so that no file, however made, can take more time or memory than an honest one of its size. Used by one thread.
/// </summary>
/// <param name="mostUnpacked">Bytes that may come out of decompressors in all.</param>
/// <param name="mostNested">Depth of containers in containers.</param>
/// <param name="mostProven">Bytes that may be unpacked only for proof: <see cref="Provable"/>.</param>
public sealed class ReadBudget(long mostUnpacked = ReadBudget.UsualUnpacked, int mostNested = 12, long mostProven = 0)
{
    public const long UsualUnpacked = 256L << 20;

    /// <summary>For a thorough look: some seconds of unpacking.</summary>
    public const long ThoroughProof = 512L << 20;

    /// <summary>Bytes of the longest volume that is put together from its pieces; one is held at a time.</summary>
    public const int LargestVolume = 64 << 20;

    /// <summary>Depth of containers in containers.</summary>
    public int MostNested => mostNested;

    /// <summary>Bytes that may still come out of decompressors.</summary>
    public long Unpackable { get; private set; } = mostUnpacked;

    /// <summary>
    /// Bytes that may still be unpacked only to prove content that nothing else proves: every file of a file system. 0 in a scan that must
    /// be over in a moment.
    /// </summary>
    public long Provable { get; private set; } = mostProven;

    /// <summary>Takes what a proof unpacked.</summary>
    public void SpendProof(long unpacked) => Provable = Math.Max(0, Provable - unpacked);

    /// <summary>Takes what a decompressor gave.</summary>
    public void Spend(long unpacked) => Unpackable = Math.Max(0, Unpackable - unpacked);
}
