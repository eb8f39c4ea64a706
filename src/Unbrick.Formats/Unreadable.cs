namespace Unbrick.Formats;

/// <summary>What a format answers for bytes that somebody says are of it, when not even its header can be read.</summary>
internal static class Unreadable
{
    /// <summary>All of the stretch, bad for that reason, and a guess.</summary>
    public static Finding Claim(in FormatInput input, string format, Flaw flaw) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = format,
        Confidence = Confidence.Guess,
    }.With(flaw);
}
