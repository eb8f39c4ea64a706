namespace Unbrick.Formats.Bytes;

/// <summary>Something that is said to be of a format, and of which nothing can be read.</summary>
internal static class Unreadable
{
    public static Finding Finding(in FormatInput input, string format, Flaw flaw) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = format,
        Confidence = Confidence.Guess,
    }.With(flaw);
}
