namespace Unbrick.Formats;

/// <summary>Something wrong with a finding.</summary>
/// <param name="Code">Stable word, one of <see cref="FlawCode"/>.</param>
/// <param name="Seen">What stands there, with numbers: <c>header CRC is 0x1234abcd, the bytes give 0x99aa0011</c>.</param>
/// <param name="At">Where in the image, when it is one place; -1 when not.</param>
public sealed record Flaw(string Code, string Seen, int At = -1)
{
    /// <summary>A stored number that differs from the one that the bytes give.</summary>
    public static Flaw Differs(string code, string what, uint stored, uint computed, int at = -1) =>
        new(code, $"{what} is 0x{stored:x8}, the bytes give 0x{computed:x8}", at);

    /// <summary>The format says that there is more than the file has.</summary>
    public static Flaw Truncated(long needed, long present) =>
        new(FlawCode.Truncated, $"{needed:N0} bytes are announced, {present:N0} are there");
}
