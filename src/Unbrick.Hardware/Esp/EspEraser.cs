namespace Unbrick.Hardware.Esp;

/// <summary>Erases sectors, and none beside them.</summary>
/// <param name="rom">The loader, in contact.</param>
/// <param name="identity">The chip, its flash connected.</param>
public sealed class EspEraser(EspRom rom, EspIdentity identity)
{
    private const int Sector = Esp8266Erase.Sector, Tries = 10;

    private static readonly TimeSpan s_chip = TimeSpan.FromSeconds(100), s_sector = TimeSpan.FromSeconds(3);

    private readonly EspSpi _spi = new(rom, identity.Chip);

    /// <summary>Erases the whole chip.</summary>
    /// <param name="tick">Called while the chip is busy.</param>
    /// <param name="ct">Looked at before it begins.</param>
    public void All(Action? tick, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (identity.Chip.Can("attach"))
            ByCommand(0, (int)identity.FlashSize);
        else
            ByRegisters(EspSpi.ChipErase, 0, s_chip, tick);
    }

    /// <summary>Erases a range.</summary>
    /// <param name="offset">A multiple of 4096.</param>
    /// <param name="length">A multiple of 4096.</param>
    /// <param name="tell">Told how many bytes are erased.</param>
    /// <param name="ct">Looked at between two sectors or blocks.</param>
    public void Range(int offset, int length, Action<int>? tell, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset % Sector, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % Sector, 0);
        for (int done = 0; done < length;)
        {
            ct.ThrowIfCancellationRequested();
            int part = Math.Min(length - done, EspReader.Window - ((offset + done) % EspReader.Window));
            if (!identity.Chip.ErasesTwice)
                ByCommand(offset + done, part);
            else if (part == EspReader.Window)
                ByRegisters(EspSpi.BlockErase, (uint)(offset + done), s_sector, null);
            else
                part = BySectors(offset + done, part);
            done += part;
            tell?.Invoke(done);
        }
    }

    /// <summary>The ROM's own way where it comes out exactly, else one sector.</summary>
    private int BySectors(int offset, int length)
    {
        int first = offset / Sector, count = length / Sector;
        if (Esp8266Erase.Ask(first, count) is int asked)
        {
            ByCommand(offset, asked * Sector);
            return length;
        }
        ByRegisters(EspSpi.SectorErase, (uint)offset, s_sector, null);
        return Sector;
    }

    private void ByCommand(int offset, int bytes)
    {
        for (int i = 0; i < Tries; i++)
        {
            if (rom.Begin(EspOp.FlashBegin, identity.Chip, bytes, bytes / Sector, Sector, (uint)offset) is EspAnswer answer)
            {
                if (answer.Ok)
                    return;
                throw new EspException(EspFailure.Refused, $"the ROM does not erase at 0x{offset:x6}: reason {answer.Reason:x2}", offset);
            }
            Recover(offset);
        }
        throw new EspException(EspFailure.LineTooBad, $"0x{offset:x6} could not be erased in {Tries} tries", offset);
    }

    private void ByRegisters(byte opcode, uint address, TimeSpan most, Action? tick)
    {
        for (int i = 0; i < Tries; i++)
        {
            if (_spi.Erase(opcode, address, most, tick))
                return;
            Recover((int)address);
        }
        throw new EspException(EspFailure.LineTooBad, $"0x{address:x6} could not be erased in {Tries} tries", address);
    }

    private void Recover(int offset)
    {
        if (!rom.Recover())
            throw new EspException(EspFailure.Stopped, $"it stopped answering while 0x{offset:x6} was being erased", offset);
    }
}
