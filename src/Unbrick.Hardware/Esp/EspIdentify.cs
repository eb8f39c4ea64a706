using System.Buffers.Binary;

namespace Unbrick.Hardware.Esp;

/// <summary>Finds out which chip answers. Every value is read until two reads agree: the registers come without a checksum.</summary>
/// <param name="rom">The loader, in contact.</param>
public sealed class EspIdentify(EspRom rom)
{
    private const uint MagicAt = 0x4000_1000, ByteMask = 0xFF;
    private const int Tries = 12, AttachTries = 3;

    /// <summary>Finds out everything, and connects the flash chip.</summary>
    public EspIdentity Read()
    {
        if (rom.IsProgram)
            throw new EspException(EspFailure.ProgramRunning, "a program answers that another tool has loaded");
        EspChip chip = FindChip();
        (string mac, bool inside) = chip.Mac is EspMacPlace place ? (MacOf(place), false) : MacOf8266();
        (bool encrypted, bool signed) = Locks(chip);
        EspSpi spi = new(rom, chip);
        Attach(chip);
        if (!chip.Can("attach"))
            spi.TryWriteSeveral();
        uint id = Steady(spi.Id, "the id of the flash chip");
        // A damaged command may have unhooked the chip: FF twice is what an unhooked one says.
        for (int again = 0; again < AttachTries && (id & ByteMask) is 0 or ByteMask; again++)
        {
            Attach(chip);
            id = Steady(spi.Id, "the id of the flash chip");
        }
        int exponent = (int)(id >> 16) & 0xFF;
        if ((id & ByteMask) is 0 or 0xFF)
            throw new EspException(EspFailure.FlashSilent, $"9F is answered by {id & 0xFF:x2} {(id >> 8) & 0xFF:x2} {id >> 16:x2}");
        // Some makers count from 0x20, from 64 MiB on (0x20 is 64 MiB).
        long size = exponent is >= 0x20 and < 0x2A ? 1L << (exponent + 6) : exponent is >= 0x10 and <= 0x1C ? 1L << exponent : 0;
        if (size == 0)
            throw new EspException(EspFailure.FlashSilent, $"9F is answered by {id & 0xFF:x2} {(id >> 8) & 0xFF:x2} {id >> 16:x2}, which has no size in it");
        byte status = (byte)Steady(() => spi.Status(), "the status of the flash chip");
        if (chip.Can("attach") && !Try(() => rom.SetFlashSize(size)))
            throw new EspException(EspFailure.Refused, "the ROM does not take the size of the flash chip");
        rom.Reconnect = () =>
        {
            if (!chip.Can("attach"))
                rom.Begin(EspOp.FlashBegin, chip, 0, 0, 0x400, 0);
            else if (rom.Attach())
                rom.SetFlashSize(size);
        };
        string name = inside ? "ESP8285" : chip.Names[0];
        return new EspIdentity(chip, name, mac, Crystal(chip), $"{id & 0xFF:x2}{(id >> 8) & 0xFF:x2}{id >> 16:x2}", size, status, encrypted, signed);
    }

    /// <summary>Connects the flash chip to its controller.</summary>
    public void Attach(EspChip chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        // The ESP8266 has no command for it; beginning to write nothing does it.
        bool done = chip.Can("attach") ? Try(rom.Attach) : Try(() => rom.Begin(EspOp.FlashBegin, chip, 0, 0, 0x400, 0) is { Ok: true });
        if (!done)
            throw new EspException(EspFailure.Refused, "the ROM does not connect the flash chip");
    }

    private EspChip FindChip()
    {
        uint magic = 0;
        for (int i = 0; i < 3; i++)
        {
            magic = Steady(() => rom.ReadRegister(MagicAt), "the chip's mark");
            if (EspChip.ByMagic(magic) is EspChip chip)
                return chip;
            if (rom.SecurityInfo() is { Payload.Length: >= 16 } answer && EspChip.ByChipId(BinaryPrimitives.ReadInt32LittleEndian(answer.Payload.Span[12..])) is EspChip newer)
                return newer;
        }
        throw new EspException(EspFailure.ChipUnknown, $"0x40001000 holds 0x{magic:x8}");
    }

    private string MacOf(EspMacPlace place)
    {
        uint low = Register(place.Low.Value), high = Register(place.High.Value);
        return Text((byte)(high >> 8), (byte)high, (byte)(low >> 24), (byte)(low >> 16), (byte)(low >> 8), (byte)low);
    }

    /// <summary>Four words of fuses; the maker's part is in the last of them, or stands for one of two.</summary>
    private (string Mac, bool FlashInside) MacOf8266()
    {
        uint a = Register(0x3FF0_0050), b = Register(0x3FF0_0054), c = Register(0x3FF0_0058), d = Register(0x3FF0_005C);
        uint maker = (d & 0xFF_FFFF) != 0 ? d & 0xFF_FFFF : ((b >> 16) & ByteMask) == 0 ? 0x18FE34u : 0xACD074u;
        string mac = Text((byte)(maker >> 16), (byte)(maker >> 8), (byte)maker, (byte)(b >> 8), (byte)b, (byte)(a >> 24));
        return (mac, (a & 1 << 4) != 0 || (c & 1 << 16) != 0);
    }

    private (bool Encrypted, bool Signed) Locks(EspChip chip)
    {
        if (chip.Can("security") && rom.SecurityInfo() is { Payload.Length: >= 5 } answer)
        {
            ReadOnlySpan<byte> bytes = answer.Payload.Span;
            return (int.PopCount(bytes[4]) % 2 == 1, (bytes[0] & 1) != 0);
        }
        return (chip.Encryption is EspField field && uint.PopCount(Bits(field)) % 2 == 1, chip.SecureBoot is EspField boot && Bits(boot) != 0);
    }

    private uint Bits(EspField field) => (Register(field.Register.Value) >> field.Shift) & ((1u << field.Bits) - 1);

    private int Crystal(EspChip chip)
    {
        if (rom.ReadRegister(chip.Crystal.Register.Value) is not uint divider || !rom.Link.Port.Info.HasRate)
            return 0;
        double mhz = (double)rom.Link.Port.Baud * (divider & 0xF_FFFF) / 1e6 / chip.Crystal.Divide;
        return chip.Crystal.Mhz.MinBy(m => Math.Abs(m - mhz));
    }

    private uint Register(uint address) => Steady(() => rom.ReadRegister(address), $"register 0x{address:x8}");

    /// <summary>Reads until two reads agree.</summary>
    private uint Steady(Func<uint?> read, string what)
    {
        uint? before = null;
        for (int i = 0; i < Tries; i++)
        {
            uint? value = read();
            if (value is null)
            {
                if (!rom.Recover())
                    throw new EspException(EspFailure.Stopped, $"it answered, and then no more: {what} was being read");
                continue;
            }
            if (value == before)
                return value.Value;
            if (before is not null)
                rom.Link.Counts.Unsteady++;
            before = value;
        }
        throw new EspException(EspFailure.LineTooBad, $"{what} is different at each of {Tries} reads");
    }

    private uint Steady(Func<byte?> read, string what) => Steady(() => (uint?)read(), what);

    private bool Try(Func<bool> command)
    {
        for (int i = 0; i < 4; i++)
        {
            if (command())
                return true;
            if (!rom.Recover())
                throw new EspException(EspFailure.Stopped, "it answered, and then no more: the flash chip was being connected");
        }
        return false;
    }

    private static string Text(params ReadOnlySpan<byte> mac) => Convert.ToHexStringLower(mac) is string hex
        ? string.Join(':', Enumerable.Range(0, 6).Select(i => hex.Substring(i * 2, 2))) : "";
}
