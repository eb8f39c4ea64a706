namespace Unbrick.Formats.Scan;

/// <summary>
/// What a format may cost in one scan. Reading one thing takes time in the order of its length, and a file can announce thousands of long
/// things that overlap: a format that has cost several times the image, or was wrong too often, is asked no more in this scan.
/// </summary>
/// <param name="formats">How many formats there are.</param>
/// <param name="imageLength">Bytes of the image.</param>
internal sealed class Effort(int formats, int imageLength)
{
    private const int ImagesPerFormat = 8;
    private const long BytesAlways = 64L << 20;
    private const int MissesAlways = 4096, BytesPerMiss = 1024;

    private readonly long[] _bytes = new long[formats];
    private readonly int[] _misses = new int[formats];

    public bool Allows(int format) =>
        _bytes[format] <= BytesAlways + ((long)ImagesPerFormat * imageLength) && _misses[format] <= MissesAlways + (imageLength / BytesPerMiss);

    public void Charge(int format, Finding? found)
    {
        if (found is null)
            _misses[format]++;
        else
            _bytes[format] += found.Length;
    }
}
