using System.Security.Cryptography;

namespace Unbrick.Formats.Bytes;

/// <summary>
/// MD5 over bytes in which the field of the MD5 itself counts as a salt, as TP-Link computes it. Where the covered stretch ends is not
/// written anywhere, so several ends can be tried in one pass.
/// </summary>
internal static class SaltedMd5
{
    public const int Size = 16;

    /// <summary>MD5 with the field at <paramref name="at"/> replaced by the salt.</summary>
    public static byte[] Of(ReadOnlySpan<byte> bytes, int at, ReadOnlySpan<byte> salt)
    {
        using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(bytes[..at]);
        md5.AppendData(salt);
        md5.AppendData(bytes[(at + Size)..]);
        return md5.GetHashAndReset();
    }

    /// <summary>MD5 of the salt followed by the bytes.</summary>
    public static byte[] OfSalted(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> bytes)
    {
        using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(salt);
        md5.AppendData(bytes);
        return md5.GetHashAndReset();
    }

    /// <summary>
    /// The first of the ends (ascending, all behind the field) with which the stored MD5 fits, or -1. <paramref name="start"/> counts in
    /// place of the bytes that stand before the field.
    /// </summary>
    public static int FittingEnd(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start, ReadOnlySpan<byte> salt, ReadOnlySpan<int> ends)
    {
        using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(start);
        md5.AppendData(salt);
        Span<byte> hash = stackalloc byte[Size];
        int done = start.Length + Size;
        foreach (int end in ends)
        {
            md5.AppendData(bytes[done..end]);
            done = end;
            md5.GetCurrentHash(hash);
            if (hash.SequenceEqual(bytes.Slice(start.Length, Size)))
                return end;
        }
        return -1;
    }
}
