namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Compares what a chip answered with an id of the list.</summary>
internal static class ChipId
{
    /// <summary>JEDEC's continuation code (JEP106): the maker is in a later bank. Many chips do not send theirs.</summary>
    public const byte Continuation = 0x7F;

    /// <summary>Bytes of lower- or upper-case hex.</summary>
    public static int Decode(ReadOnlySpan<byte> hex, Span<byte> bytes)
    {
        int count = Math.Min(hex.Length / 2, bytes.Length);
        return Convert.FromHexString(hex[..(count * 2)], bytes, out _, out int written) == System.Buffers.OperationStatus.Done ? written : 0;
    }

    /// <summary>
    /// How well an answer to 9F goes with an id: 0 not at all, more for more bytes, and one more when the continuation codes are alike, too.
    /// </summary>
    /// <param name="answer">As many bytes as were read.</param>
    /// <param name="id">Of the list.</param>
    /// <param name="isExtended">The id's last two bytes are the answer's fifth and sixth (Spansion: sectors and family; the fourth is a length).</param>
    public static int Score(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> id, bool isExtended)
    {
        if (isExtended)
            return id.Length == 5 && answer.Length >= 6 && answer[..3].SequenceEqual(id[..3]) && answer[4..6].SequenceEqual(id[3..]) ? 11 : 0;
        ReadOnlySpan<byte> bare = Bare(answer);
        ReadOnlySpan<byte> wanted = Bare(id);
        if (wanted.Length < 2 || !bare.StartsWith(wanted))
            return 0;
        return (wanted.Length * 2) + (answer.StartsWith(id) ? 1 : 0);
    }

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> id)
    {
        while (id is [Continuation, .. ReadOnlySpan<byte> rest])
            id = rest;
        return id;
    }
}
