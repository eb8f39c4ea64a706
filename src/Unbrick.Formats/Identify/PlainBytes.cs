namespace Unbrick.Formats.Identify;

/// <summary>Unpacks into memory up to a bound; what gives more than an honest firmware file is a bomb.</summary>
internal static class PlainBytes
{
    /// <summary>Whatever is smaller is no bomb: an erase image of some MiB packs a thousandfold.</summary>
    private const long Harmless = 64L << 20;

    private const long MostPlain = 1L << 30;
    private const int MostRatio = 200;

    /// <summary>The plain bytes, or null when they are too many.</summary>
    /// <param name="plain">They come out of it.</param>
    /// <param name="packedLength">Bytes of the packed file.</param>
    /// <param name="expected">What the packed file says, or anything: it only saves copies.</param>
    public static byte[]? Read(Stream plain, long packedLength, long expected)
    {
        long most = Math.Min(MostPlain, Math.Max(Harmless, packedLength * MostRatio));
        using MemoryStream kept = new((int)Math.Clamp(expected, 0, most));
        byte[] buffer = new byte[1 << 16];
        for (int got; (got = plain.Read(buffer)) > 0;)
        {
            if (kept.Length + got > most)
                return null;
            kept.Write(buffer, 0, got);
        }
        return kept.Length == kept.GetBuffer().Length ? kept.GetBuffer() : kept.ToArray();
    }

    public static Flaw Bomb(long packedLength) => new(
        FlawCode.Bomb, $"more than {Math.Min(MostPlain, Math.Max(Harmless, packedLength * MostRatio)):N0} bytes come out of {packedLength:N0}");
}
