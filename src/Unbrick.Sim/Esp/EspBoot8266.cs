using System.Globalization;
using Unbrick.Sim.Esp.Faults;

namespace Unbrick.Sim.Esp;

/// <summary>
/// How an ESP8266 starts from a flash: the ROM loads the image at 0 and checks its sum, the loader in it goes on with the one at 0x1000, and the radio's
/// own stores at the end of the flash must be empty or its own. Words as in the logs of users.
/// </summary>
internal static class EspBoot8266
{
    private const int Second = 0x1000, Sector = 0x1000;
    private const byte CalibrationMark = 0x05;

    /// <summary>What happens.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="rate">The ROM's rate.</param>
    /// <param name="flash">The whole flash.</param>
    /// <param name="cause">Why it starts.</param>
    /// <param name="faults">What is wrong with the board.</param>
    public static EspStart Plan(EspModel model, int rate, ReadOnlySpan<byte> flash, EspCause cause, EspFaults faults)
    {
        EspStart.Builder start = new();
        if (cause == EspCause.Watchdog)
            start.Say(rate, "wdt reset\r\n");
        EspImage? first = EspImage.Read(flash, extended: false);
        if (first is null)
            return start.Say(rate, "ets_main.c \r\n", 20).Stays();
        bool readable = model.Modes.Contains(first.Mode);
        byte sum = 0xEF;
        foreach ((uint address, int length, byte read) in first.Segments)
        {
            sum = readable ? read : (byte)(read ^ 0x5A ^ length); // data lines that are not connected read ones and noise
            start.Say(rate, Text($"load 0x{address:x8}, len {length}, room 16 \r\ntail {length % 16}\r\nchksum 0x{sum:x2}\r\n"), 5);
        }
        start.Say(rate, Text($"csum 0x{sum:x2}\r\n"));
        if (sum != first.Stored)
        {
            start.Say(rate, "csum err\r\nets_main.c \r\n");
            return readable ? start.Stays() : start.Restarts(EspCause.Watchdog, 900);
        }
        ReadOnlySpan<byte> rest = flash[Second..];
        if (rest[0] == 0xEA)
            start.Say(rate, "\r\n2nd boot version : 1.5\r\n  SPI Speed      : 40MHz\r\n  SPI Mode       : DOUT\r\njump to run user1 @ 1000\r\n\r\n", 40);
        else if (first.Length <= Second)
            return Loaded(start.Say(rate, "v00041fe0\r\n~ld\r\n", 10), rate, flash, EspImage.Read(rest, extended: false), faults);
        return Run(start, rate, flash, faults);
    }

    /// <summary>The small loader starts what it finds, and does not check it.</summary>
    private static EspStart Loaded(EspStart.Builder start, int rate, ReadOnlySpan<byte> flash, EspImage? image, EspFaults faults)
    {
        if (image is { IsSumRight: true })
            return Run(start, rate, flash, faults);
        return start
            .Say(rate, "\r\nFatal exception 0(IllegalInstructionCause):\r\nepc1=0x40100000, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000000, depc=0x00000000\r\n", 60)
            .Restarts(EspCause.Software, 300);
    }

    private static EspStart Run(EspStart.Builder start, int rate, ReadOnlySpan<byte> flash, EspFaults faults)
    {
        start.Say(rate, Text($"\r\nrf cal sector: {flash.Length / Sector - 5}\r\n"), 30);
        if (!EspApp.IsTuya(flash[..(flash.Length / 2)]) && Leftover(flash) is { } found)
        {
            return start.Say(rate, Text($"rf_cal[0] !=0x05,is 0x{found:X2}\r\nsystem param error\r\n"), 20)
                .Restarts(EspCause.Watchdog, 700);
        }
        EspApp.Say(start, flash, "ESP8266EX");
        return faults.BrownOut ? start.Restarts(EspCause.Power, 150) : start.Stays();
    }

    /// <summary>
    /// The last five sectors of a flash belong to the radio: calibration, its defaults, three of parameters. Empty is fine, as is what its own code
    /// writes; what another firmware left there is not, and the first byte of it is told.
    /// </summary>
    private static byte? Leftover(ReadOnlySpan<byte> flash)
    {
        for (int sector = 5; sector >= 1; sector--)
        {
            ReadOnlySpan<byte> cells = flash.Slice(flash.Length - sector * Sector, Sector);
            bool own = cells[0] == CalibrationMark || (sector <= 3 && cells.StartsWith<byte>([0x55, 0xAA, 0x55, 0xAA]));
            if (!own && cells.ContainsAnyExcept((byte)0xFF))
                return cells[0];
        }
        return null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
