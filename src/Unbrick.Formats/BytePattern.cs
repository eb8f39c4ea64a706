using System.Collections.Immutable;

namespace Unbrick.Formats;

/// <summary>
/// Bytes by which the scan knows where a format may begin. At least three bytes, so that not every other place of a dump is a candidate;
/// what matches is only a candidate, <see cref="IFirmwareFormat.Read"/> decides.
/// </summary>
/// <param name="Bytes">What must stand there.</param>
/// <param name="Offset">Where, counted from the beginning of the thing (cramfs has its name at 16).</param>
/// <param name="Alignment">The thing begins at a multiple of this in the image or in the part it lies in; 1 for anywhere.</param>
public sealed record BytePattern(ImmutableArray<byte> Bytes, int Offset = 0, int Alignment = 1)
{
    /// <summary>From hex digits; spaces are for the eye.</summary>
    public static BytePattern Hex(string hex, int offset = 0, int alignment = 1)
    {
        ArgumentNullException.ThrowIfNull(hex);
        return new([.. Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))], offset, alignment);
    }

    /// <summary>From ASCII text.</summary>
    public static BytePattern Text(string text, int offset = 0, int alignment = 1) =>
        new([.. System.Text.Encoding.ASCII.GetBytes(text)], offset, alignment);
}
