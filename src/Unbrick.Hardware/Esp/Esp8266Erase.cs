namespace Unbrick.Hardware.Esp;

/// <summary>
/// What the ROM of the ESP8266 really erases. Asked for n sectors from sector s on, with h = 16 - s mod 16 sectors up to the next 64 KiB, it erases
/// n + min(n, h): those at the beginning count twice. (Measured on the ROM, 14 cases.) esptool asks for so little that an odd small number loses one
/// sector more than wanted; here a number is asked for only when it comes out exactly.
/// </summary>
public static class Esp8266Erase
{
    private const int SectorsInBlock = 16;

    /// <summary>Bytes of a sector.</summary>
    public const int Sector = 4096;

    /// <summary>Sectors that are erased when <paramref name="asked"/> are asked for.</summary>
    /// <param name="sector">The first one.</param>
    /// <param name="asked">Sectors in the command.</param>
    public static int Erased(int sector, int asked) => asked + Math.Min(asked, Head(sector));

    /// <summary>What to ask for so that exactly <paramref name="wanted"/> are erased; null when nothing does that.</summary>
    /// <param name="sector">The first one.</param>
    /// <param name="wanted">Sectors.</param>
    public static int? Ask(int sector, int wanted)
    {
        int head = Head(sector);
        if (wanted > 2 * head)
            return wanted - head;
        return wanted % 2 == 0 ? wanted / 2 : null;
    }

    private static int Head(int sector) => SectorsInBlock - (sector % SectorsInBlock);
}
