namespace Unbrick.Recovery.Devices;

/// <summary>Finding a place in a file that is not worth parsing whole.</summary>
internal static class ByteSearch
{
    /// <summary>What follows the first occurrence; nothing when there is none.</summary>
    public static ReadOnlySpan<byte> After(this ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key)
    {
        int at = bytes.IndexOf(key);
        return at < 0 ? [] : bytes[(at + key.Length)..];
    }
}
