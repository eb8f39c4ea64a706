using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Editing;

// ath10k and AR5416-family calibration, little-endian (linux drivers/net/wireless/ath/ath10k/hw.h, ath9k/eeprom.c):
//   00  2  length in bytes
//   02  2  checksum: all 16-bit words of the block XORed give FFFF
//   06  6  MAC address (ath10k)

/// <summary>Calibration blocks with a checksum over all their words: who changes a MAC address inside has to set it right.</summary>
public static class Xor16Blocks
{
    private const int ChecksumOffset = 2;
    private const int Least = 0x40, Most = 0x4000;

    /// <summary>Where behind the start of a calibration area the block may begin: there, or behind the chip's register settings.</summary>
    private static readonly int[] s_starts = [0, 0x80, 0x100, 0x200];

    /// <summary>Sets the checksum of each block right that was right before the edits and is not any more.</summary>
    /// <param name="image">After the edits.</param>
    /// <param name="places">Where this device keeps calibration.</param>
    public static void Fix(EditedImage image, IEnumerable<long> places)
    {
        ArgumentNullException.ThrowIfNull(image);
        foreach (long place in places.Distinct())
        {
            foreach (int start in s_starts)
            {
                if (place + start < 0 || place + start > int.MaxValue)
                    continue;
                int at = (int)(place + start), length = LengthOf(image.Original.Span, at);
                if (length == 0 || Sum(image.Original.Span.Slice(at, length)) != 0xFFFF)
                    continue;
                ReadOnlySpan<byte> now = image.Bytes.Span.Slice(at, length);
                if (Sum(now) == 0xFFFF || LengthOf(image.Bytes.Span, at) != length)
                    continue;
                byte[] checksum = new byte[2];
                BinaryPrimitives.WriteUInt16LittleEndian(checksum, (ushort)(now.Le16(ChecksumOffset) ^ Sum(now) ^ 0xFFFF));
                image.Put(at + ChecksumOffset, checksum, $"checksum of the calibration at 0x{at:x6}");
            }
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> image, int at)
    {
        if (at > image.Length - Least)
            return 0;
        int length = image.Le16(at);
        return length is >= Least and <= Most && length % 2 == 0 && length <= image.Length - at ? length : 0;
    }

    private static ushort Sum(ReadOnlySpan<byte> block)
    {
        ushort sum = 0;
        for (int i = 0; i < block.Length; i += 2)
            sum ^= block.Le16(i);
        return sum;
    }
}
