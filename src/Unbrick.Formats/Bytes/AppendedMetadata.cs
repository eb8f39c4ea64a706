namespace Unbrick.Formats.Bytes;

/// <summary>
/// OpenWrt appends metadata and signature to finished images ("FWx0" trailers, the total length of each in its last word), behind the
/// stretch that a vendor's checksum covers.
/// </summary>
internal static class AppendedMetadata
{
    private const int TrailerSize = 16;
    private const int MostTrailers = 4;

    /// <summary>Where the image ends and the appended chunks begin; the length when there are none.</summary>
    public static int Start(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.Length;
        for (int i = 0; i < MostTrailers && end >= TrailerSize && bytes.Has("FWx0"u8, end - TrailerSize); i++)
        {
            uint size = bytes.Be32(end - 4);
            if (size < TrailerSize || size > end)
                break;
            end -= (int)size;
        }
        return end;
    }
}
