using System.Buffers.Binary;
using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Devices;

/// <summary>
/// A Xiaomi R4A in its recovery (Ralink's U-Boot 1.1.3). Known from the serial log of thread 002: DHCP, name and server from its answer, load
/// address, the order of the checks and their words, where it writes. Without a name it asks for test.bin (jtr109.com). Assumed: fixed addresses,
/// that a refused image is asked for again, that it restarts itself, and the limit of size, which lies between 13,370,296 and 14,824,352 bytes.
/// The RSA signature is not looked at.
/// </summary>
public sealed class XiaomiRecovery : NetworkBootDevice
{
    /// <summary>Between what was taken and what was refused.</summary>
    public const int UsualLimit = 0xd8_0000;

    private const ushort DeviceId = 17;
    private const int HeaderSize = 0x30, CrcAt = 8, CheckedFrom = 12, DeviceIdAt = 14;

    private readonly int _limit;

    /// <summary>A router without power, the button already under a finger.</summary>
    public XiaomiRecovery(VirtualTime time, NetworkBootOptions options)
        : base(time, options)
    {
        _limit = options.LargestImage;
        LoadsBy(new UBootSession(this, new UBootSessionOptions
        {
            Tftp = UBootTftpOptions.UBoot11 with { LoadAddress = 0x8200_0000, RalinkConsole = true },
            OwnIp = options.OwnIp,
            ServerIp = options.ServerIp,
            File = options.File,
            DefaultFile = "test.bin",
        }));
    }

    private protected override void OnTaken(ReadOnlySpan<byte> image) => Print(
        "CRC verify success!\nRSA signature verify success!\nErasing SPI Flash...\n"
        + $"Upgrade firmware.bin... \nStart=0x180000, Len=0x{image.Length:x}... \n");

    private protected override string? WhyRefused(ReadOnlySpan<byte> image)
    {
        string? reason = image.Length > _limit ? "Image too large"
            : image.Length < HeaderSize || !image.StartsWith("HDR1"u8) || BinaryPrimitives.ReadUInt16LittleEndian(image[DeviceIdAt..]) != DeviceId
                ? "Not R4A package.\nHeader check error!"
            : BinaryPrimitives.ReadUInt32LittleEndian(image[CrcAt..]) != Crc(image[CheckedFrom..]) ? "CRC verify failed!"
            : null;
        return reason is null ? null : $"{reason}\nImage verify failed!\n";
    }

    /// <summary>CRC-32 (zlib's polynomial) without the complement at the end.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb8_8320);
        }
        return crc;
    }
}
