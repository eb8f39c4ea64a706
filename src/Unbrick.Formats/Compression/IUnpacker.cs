namespace Unbrick.Formats.Compression;

/// <summary>A format whose content only shows once it is unpacked; the identification looks into what comes out.</summary>
public interface IUnpacker
{
    /// <summary>What comes out, or null when the stream is not whole or more than <paramref name="mostPlain"/> bytes (or the budget) come.</summary>
    byte[]? Unpack(in FormatInput input, int mostPlain);
}
