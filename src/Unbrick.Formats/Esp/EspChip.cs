namespace Unbrick.Formats.Esp;

/// <summary>
/// The chips by the number in the extended header (esptool's targets), and what the two bytes of flash settings mean on each. The ESP8266
/// has no such number.
/// </summary>
internal static class EspChip
{
    public const string Esp8266 = "esp8266";

    private static readonly int[] s_esp8266Sizes = [512, 256, 1024, 2048, 4096, 2048, 4096, 0, 8192, 16384];

    /// <summary>The chip's name, or null for a number that no chip has.</summary>
    public static string? Name(int id) => id switch
    {
        0 => "esp32",
        2 => "esp32s2",
        5 => "esp32c3",
        9 => "esp32s3",
        12 => "esp32c2",
        13 => "esp32c6",
        16 => "esp32h2",
        18 => "esp32p4",
        20 => "esp32c61",
        23 => "esp32c5",
        25 => "esp32h21",
        28 => "esp32h4",
        _ => null,
    };

    /// <summary>How the flash chip is read: two or four lines, for data only or for the address too.</summary>
    public static string Mode(byte mode) => mode switch
    {
        0 => "qio",
        1 => "qout",
        2 => "dio",
        3 => "dout",
        4 => "fast-read",
        5 => "slow-read",
        _ => $"mode {mode}",
    };

    public static byte? ModeCode(string mode) => mode switch
    {
        "qio" => 0,
        "qout" => 1,
        "dio" => 2,
        "dout" => 3,
        _ => null,
    };

    /// <summary>Bytes of flash by the upper four bits; 0 when they mean nothing.</summary>
    public static long FlashSize(string chip, int code)
    {
        if (chip == Esp8266)
            return code < s_esp8266Sizes.Length ? s_esp8266Sizes[code] * 1024L : 0;
        return code < 8 ? 1L << (20 + code) : 0;
    }

    /// <summary>The code of that size, or null. On the ESP8266 the plain ones; the twin maps (2 MB-c1 and so on) are read only.</summary>
    public static int? FlashSizeCode(string chip, long size)
    {
        for (int code = 0; code < 16; code++)
        {
            if (size > 0 && FlashSize(chip, code) == size)
                return code;
        }
        return null;
    }

    /// <summary>MHz by the lower four bits; 0 when they mean nothing. The chips divide different clocks.</summary>
    public static int Frequency(string chip, int code) => (chip, code) switch
    {
        ("esp32c2", 0xF) => 60,
        ("esp32c2", 0) => 30,
        ("esp32c2", 1) => 20,
        ("esp32c2", 2) => 15,
        ("esp32h2" or "esp32h21", 0xF) => 48,
        ("esp32h2" or "esp32h21", 0) => 24,
        ("esp32h2" or "esp32h21", 1) => 16,
        ("esp32h2" or "esp32h21", 2) => 12,
        // esptool writes 0 for 80 MHz on the C6.
        ("esp32c6", 0) => 80,
        ("esp32c6", 2) => 20,
        (_, 0xF) => 80,
        (_, 0) => 40,
        (_, 1) => 26,
        (_, 2) => 20,
        _ => 0,
    };

    public static int? FrequencyCode(string chip, int megahertz)
    {
        foreach (int code in (ReadOnlySpan<int>)[0, 0xF, 1, 2])
        {
            if (Frequency(chip, code) == megahertz)
                return code;
        }
        return null;
    }

    /// <summary>Addresses where a chip has memory that a segment can go to (0: padding, and flash of the ESP8266's second kind).</summary>
    public static bool CanLoad(bool extended, uint address) => extended
        ? address == 0 || address >> 24 is 0x30 or (>= 0x3C and <= 0x44) or 0x4F or 0x50
        : address is (>= 0x3FFE_8000 and < 0x4000_0000) or (>= 0x4010_0000 and < 0x4011_0000) or (>= 0x4020_0000 and < 0x4030_0000);

    /// <summary>Addresses where a chip can begin to run.</summary>
    public static bool CanRun(bool extended, uint address) => extended
        ? address >> 24 is (>= 0x40 and <= 0x44) or 0x4F
        : address is (>= 0x4000_0000 and < 0x4002_0000) or (>= 0x4010_0000 and < 0x4011_0000) or (>= 0x4020_0000 and < 0x4030_0000);
}
