namespace Unbrick.Hardware.Esp;

/// <summary>Which chip it is and what flash it has.</summary>
/// <param name="Chip">What is known of it.</param>
/// <param name="Name">As printed on it: the ESP8285 is an ESP8266 with flash inside.</param>
/// <param name="Mac">Lower-case, with colons.</param>
/// <param name="CrystalMhz">0 when the divider says nothing (a line without a rate).</param>
/// <param name="Jedec">Answer of the flash chip to 9F, lower-case hex, maker first.</param>
/// <param name="FlashSize">Bytes.</param>
/// <param name="FlashStatus">Its status register.</param>
/// <param name="IsEncrypted">Flash encryption is on: what is written in plain does not run.</param>
/// <param name="IsSecureBoot">Only signed images run.</param>
public sealed record EspIdentity(
    EspChip Chip, string Name, string Mac, int CrystalMhz, string Jedec, long FlashSize, byte FlashStatus, bool IsEncrypted, bool IsSecureBoot)
{
    /// <summary>Bits 4:2 of the status register: sectors that take neither erase nor write, and say nothing.</summary>
    public bool IsProtected => (FlashStatus & 0x1C) != 0;
}
