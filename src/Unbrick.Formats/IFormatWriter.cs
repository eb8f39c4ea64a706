namespace Unbrick.Formats;

/// <summary>A format that can be written, too.</summary>
public interface IFormatWriter : IFirmwareFormat
{
    /// <summary>
    /// Reads the thing into its model and writes it again from that, every length, offset, checksum and hash computed anew, none copied.
    /// For a whole thing the result equals what was read, byte for byte; for one whose content was edited it is the thing with checksums
    /// that fit. Null when the structure cannot be read.
    /// </summary>
    byte[]? Rewrite(in FormatInput input);
}
