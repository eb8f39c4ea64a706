namespace Unbrick.Formats;

/// <summary>
/// A format that no fixed bytes announce (a U-Boot environment, calibration data): it says itself at which places of an image it is worth
/// asking. Asked once for an image; places that turn out wrong cost a <see cref="IFirmwareFormat.Read"/> each, so few and likely ones.
/// </summary>
public interface IScansItself : IFirmwareFormat
{
    /// <summary>Adds the places where <see cref="IFirmwareFormat.Read"/> should be asked, in any order.</summary>
    void Candidates(ReadOnlySpan<byte> image, List<int> places);
}
