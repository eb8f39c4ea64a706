using System.Buffers.Binary;

namespace Unbrick.Formats.Esp;

/// <summary>
/// How the boot ROM reads the flash chip, as the header of an image says it. The wrong mode on a chip or board with two lines only is a boot
/// loop; only the image at the chip's boot offset counts.
/// </summary>
/// <param name="Mode"><c>qio</c>, <c>qout</c>, <c>dio</c>, <c>dout</c>.</param>
/// <param name="Size">Bytes of the chip; 0 when the header has a code that means nothing.</param>
/// <param name="Megahertz">Clock; 0 when the header has a code that means nothing.</param>
public readonly record struct EspFlashSettings(string Mode, long Size, int Megahertz)
{
    /// <summary>Those of the image.</summary>
    public static EspFlashSettings Of(EspImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new(
            EspChip.Mode(image.Mode),
            EspChip.FlashSize(image.Chip, image.SizeAndFrequency >> 4),
            EspChip.Frequency(image.Chip, image.SizeAndFrequency & 0xF));
    }

    /// <summary>
    /// The image (and whatever follows it in the file) with other settings; null leaves one as it is. Its hash is made to fit, the checksum
    /// does not cover the header. Null when the bytes are no whole image of that kind (extended: ESP32 and later), or the chip has no such
    /// setting.
    /// </summary>
    public static byte[]? Change(ReadOnlySpan<byte> bytes, bool extended, string? mode = null, long? size = null, int? megahertz = null)
    {
        if (EspImage.Parse(bytes, extended) is not { Whole: true, SegmentCount: > 0, FirstByte: EspImage.Magic or EspImage.MappedMagic } image)
            return null;
        int? sizeCode = size is null ? image.SizeAndFrequency >> 4 : EspChip.FlashSizeCode(image.Chip, size.Value);
        int? clockCode = megahertz is null ? image.SizeAndFrequency & 0xF : EspChip.FrequencyCode(image.Chip, megahertz.Value);
        byte? modeCode = mode is null ? image.Mode : EspChip.ModeCode(mode);
        if (sizeCode is null || clockCode is null || modeCode is null)
            return null;
        byte[] changed = bytes.ToArray();
        changed[2] = modeCode.Value;
        changed[3] = (byte)(sizeCode.Value << 4 | clockCode.Value);
        bool hasCrc = image.HasAppendedCrc(bytes);
        if (image.HashAppended)
            image.Hash(changed).CopyTo(changed, image.HashAt);
        if (hasCrc)
            BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(image.HashAt), image.AppendedCrc(changed));
        return changed;
    }
}
