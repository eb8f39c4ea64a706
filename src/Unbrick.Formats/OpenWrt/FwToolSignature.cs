using System.Buffers.Text;

namespace Unbrick.Formats.OpenWrt;

// usign (openwrt/usign main.c): a line of comment, a line of base64: 00 2 "Ed"   02 8 number of the key   0A 64 Ed25519 signature.
// ucert puts one or more of them, with the certificates of their keys, into a tree of its own; the first is that of the image.

/// <summary>By whom an image is signed. Whether it is so cannot be told here: there is no Ed25519 in .NET 10, and no key in the image.</summary>
/// <param name="Kind"><c>usign</c> or <c>ucert</c>.</param>
/// <param name="Key">Number of the key, 16 hex digits, as the files in /etc/opkg/keys are named.</param>
internal readonly record struct FwToolSignature(string Kind, string Key)
{
    private const int Length = 74, KeyAt = 2, KeyLength = 8, LongestLine = 256;

    private static ReadOnlySpan<byte> Comment => "untrusted comment:"u8;

    /// <summary>Null for a blob that is neither.</summary>
    public static FwToolSignature? Read(ReadOnlySpan<byte> data)
    {
        int begin = data.IndexOf(Comment);
        if (begin < 0)
            return null;
        ReadOnlySpan<byte> rest = data[begin..];
        int line = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
        if (line < 0)
            return null;
        rest = rest[(line + 1)..];
        int end = rest[..Math.Min(rest.Length, LongestLine)].IndexOfAny((byte)'\n', (byte)0);
        Span<byte> decoded = stackalloc byte[LongestLine];
        Base64.DecodeFromUtf8(rest[..(end < 0 ? Math.Min(rest.Length, LongestLine) : end)], decoded, out _, out int written);
        return written == Length && decoded.StartsWith("Ed"u8)
            ? new(begin == 0 ? "usign" : "ucert", Convert.ToHexStringLower(decoded.Slice(KeyAt, KeyLength)))
            : null;
    }
}
