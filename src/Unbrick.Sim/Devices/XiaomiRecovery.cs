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

    private protected override string? WhyRefused(ReadOnlySpan<byte> image) => XiaomiImageCheck.WhyRefused(image, _limit);
}
