using System.Collections.Immutable;

namespace Unbrick.Sim.Esp;

/// <summary>
/// The chips. ESP8266 and ESP32: every answer as the real ROMs gave it to raw frames, transcripts in <c>tests/Unbrick.Tests/Sim/Esp/golden</c>.
/// The others: registers and ids as Espressif documents them, the loader taken to be that of the ESP32.
/// </summary>
internal static class EspModels
{
    private static readonly EspSpiLayout s_new = new(0x6000_2000, 0x18, 0x24, 0x28, 0x58, AddressHigh: false);

    private static readonly EspModel s_esp8266 = new()
    {
        Name = "esp8266",
        Is8266 = true,
        Magic = 0xFFF0_C101,
        FlashSize = 4 << 20,
        Crystal = 26_000_000,
        Banner = " ets Jan  8 2013",
        Straps = ("(3,6)", "(1,6)"),
        Spi = new EspSpiLayout(0x6000_0200, 0x1C, 0, 0, 0x40, AddressHigh: true),
        UartDivider = 0x6000_0014,
        Words = Words((0x3FF0_0058, 0x6000)),
        Mapped = [(0x3FF0_0000, 0x4010_FFFF), (0x4020_0000, 0x402F_FFFF), (0x6000_0000, 0x6000_1FFF)],
    };

    private static readonly EspModel s_esp32 = new()
    {
        Name = "esp32",
        Magic = 0x00F0_1D83,
        FlashSize = 4 << 20,
        Crystal = 40_000_000,
        BootOffset = 0x1000,
        ImageChip = 0,
        Banner = "ets Jun  8 2016 00:22:57",
        Straps = ("0x13 (SPI_FAST_FLASH_BOOT)", "0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))"),
        Spi = new EspSpiLayout(0x3FF4_2000, 0x1C, 0x28, 0x2C, 0x80, AddressHigh: true),
        UartDivider = 0x3FF4_0014,
        MacAddress = 0x3FF5_A004,
        Words = Words((0x3FF5_A00C, 1 << 15 | 1 << 9), (0x3FF5_A014, 1 << 20), (0x3FF6_607C, 1u << 31)),
        Mapped = [(0x3F40_0000, 0x400C_1FFF), (0x5000_0000, 0x5000_1FFF), (0x6000_0000, 0x6000_FFFF)],
        Oui = [0x24, 0x0A, 0xC4],
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<EspModel> All { get; } =
    [
        s_esp8266,
        s_esp8266 with
        {
            Name = "esp8285",
            FlashSize = 1 << 20,
            Flash = (0x85, 0x60),
            Modes = [3],
            Words = Words((0x3FF0_0058, 1 << 16)),
        },
        s_esp32,
        Later("esp32s2", 0x0000_07C6, null, 2, "ESP-ROM:esp32s2-rc4-20191025", ("0x8 (SPI_FAST_FLASH_BOOT)", "0x0 (DOWNLOAD(USB/UART0/1/SPI))"), 0x3F41_A044) with
        {
            BootOffset = 0x1000,
            Spi = s_new with { Base = 0x3F40_2000 },
            UartDivider = 0x3F40_0014,
            Mapped = [(0x3F00_0000, 0x4007_FFFF), (0x5000_0000, 0x5000_1FFF), (0x6000_0000, 0x600F_FFFF)],
        },
        Later("esp32s3", 0x0000_0009, 9, 9, "ESP-ROM:esp32s3-20210327", ("0x8 (SPI_FAST_FLASH_BOOT)", "0x0 (DOWNLOAD(USB/UART0))"), 0x6000_7044),
        Later("esp32c3", 0x1B31_506F, 5, 5, "ESP-ROM:esp32c3-api1-20210207", ("0xc (SPI_FAST_FLASH_BOOT)", "0x4 (DOWNLOAD(USB/UART0/1))"), 0x6000_8844),
        Later("esp32c6", 0x2CE0_806F, 13, 13, "ESP-ROM:esp32c6-20220919", ("0xc (SPI_FAST_FLASH_BOOT)", "0x4 (DOWNLOAD(USB/UART0/SDIO_REI_FEO))"), 0x600B_0844) with
        {
            Spi = s_new with { Base = 0x6000_3000 },
        },
        Later("esp32h2", 0xD7B7_3E80, 16, 16, "ESP-ROM:esp32h2-20221101", ("0xc (SPI_FAST_FLASH_BOOT)", "0x4 (DOWNLOAD(USB/UART0/SPI))"), 0x600B_0844) with
        {
            Spi = s_new with { Base = 0x6000_3000 },
            Crystal = 32_000_000,
            AssumedCrystal = 32_000_000,
        },
    ];

    /// <summary>The names of all.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(model => model.Name)];

    private static EspModel Later(
        string name, uint magic, int? chipId, int imageChip, string banner, (string Flash, string Download) straps, uint mac) => new()
        {
            Name = name,
            Magic = magic,
            ChipId = chipId,
            HasSecurityInfo = true,
            FlashSize = 4 << 20,
            Crystal = 40_000_000,
            ImageChip = imageChip,
            Banner = banner,
            Straps = straps,
            Spi = s_new,
            UartDivider = 0x6000_0014,
            MacAddress = mac,
            Mapped = [(0x3C00_0000, 0x440F_FFFF), (0x5000_0000, 0x5000_1FFF), (0x6000_0000, 0x600F_FFFF)],
            Oui = [0x7C, 0xDF, 0xA1],
        };

    private static ImmutableDictionary<uint, uint> Words(params (uint Address, uint Value)[] words) =>
        words.ToImmutableDictionary(word => word.Address, word => word.Value);
}
