using System.Buffers.Binary;

namespace Unbrick.Sim.Devices;

/// <summary>What the recovery of a Xiaomi R4A looks at in an image, and what it says; the RSA signature is not looked at.</summary>
internal static class XiaomiImageCheck
{
    private const ushort DeviceId = 17;
    private const int HeaderSize = 0x30, CrcAt = 8, CheckedFrom = 12, DeviceIdAt = 14;

    /// <summary>Its words about an image that it does not take; null when it takes it.</summary>
    public static string? WhyRefused(ReadOnlySpan<byte> image, int limit)
    {
        string? reason = image.Length > limit ? "Image too large"
            : image.Length < HeaderSize || !image.StartsWith("HDR1"u8) || BinaryPrimitives.ReadUInt16LittleEndian(image[DeviceIdAt..]) != DeviceId
                ? "Not R4A package.\nHeader check error!"
            : BinaryPrimitives.ReadUInt32LittleEndian(image[CrcAt..]) != ~Consoles.SimCrc32.Of(image[CheckedFrom..]) ? "CRC verify failed!"
            : null;
        return reason is null ? null : $"{reason}\nImage verify failed!\n";
    }
}
