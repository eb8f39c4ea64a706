using Unbrick.Sim.Spi.Nand;

namespace Unbrick.Sim.Spi.Faults;

/// <summary>Tells what commands mean; knows which address mode the host has switched on.</summary>
/// <param name="nand">The chip is this NAND; null for a NOR.</param>
internal sealed class SpiCommandTracker(SimNandModel? nand)
{
    private int _row;
    private bool _fourByte;
    private byte _extended;

    /// <summary>The next command.</summary>
    /// <param name="write">What is shifted out, at least one byte.</param>
    /// <param name="read">Bytes that are shifted in.</param>
    public SpiCommand Take(ReadOnlySpan<byte> write, int read)
    {
        if (nand is not null)
            return TakeNand(nand, write, read);
        int addressBytes = _fourByte ? 4 : 3;
        switch (write[0])
        {
            case 0xB7 or 0xE9 when write.Length == 1:
                _fourByte = write[0] == 0xB7;
                return default;
            case 0x99 when write.Length == 1:
                _fourByte = false;
                _extended = 0;
                return default;
            case 0xC5 when write.Length == 2:
                _extended = write[1];
                return default;
            case 0x03 or 0x0B:
                return Reading(write, read, addressBytes, write[0] == 0x0B ? 1 : 0);
            case 0x13 or 0x0C:
                return Reading(write, read, 4, write[0] == 0x0C ? 1 : 0);
            case 0x02 or 0x12:
                return Programming(write, write[0] == 0x12 ? 4 : addressBytes);
            case 0x20 or 0x21:
                return Erasing(write, write[0] == 0x21 ? 4 : addressBytes, 0x1000);
            case 0x52 or 0x5C:
                return Erasing(write, write[0] == 0x5C ? 4 : addressBytes, 0x8000);
            case 0xD8 or 0xDC:
                return Erasing(write, write[0] == 0xDC ? 4 : addressBytes, 0x1_0000);
            case 0x60 or 0xC7:
                return new(SpiCommandKind.Erase, 0, int.MaxValue, 1);
            case 0x05:
                return new(SpiCommandKind.ReadStatus, 0, read, 1);
            case 0x01 or 0x31 or 0x11:
                return new(SpiCommandKind.WriteStatus, 0, write.Length - 1, 1);
            case 0x9F:
                return new(SpiCommandKind.ReadId, 0, read, 1);
            default:
                return default;
        }
    }

    /// <summary>Addresses are those of the data: a page by its row, the place in it by the column of the buffer.</summary>
    private SpiCommand TakeNand(SimNandModel model, ReadOnlySpan<byte> write, int read)
    {
        switch (write)
        {
            case [0x13, byte high, byte middle, byte low]:
                _row = ((high << 16) | (middle << 8) | low) % model.Pages;
                return new(SpiCommandKind.Load, 0, 0, write.Length);
            case [0x03 or 0x0B, byte first, byte second, byte third]:
                int column = (model.IdPlace is SimNandId.Plain ? (second << 8) | third : (first << 8) | second) % (model.Page * 2);
                return new(SpiCommandKind.Read, (int)Math.Min(int.MaxValue, ((long)_row * model.Page) + column), Math.Min(read, Math.Max(0, model.Page - column)), 4);
            case [0x0F, 0xC0]:
                return new(SpiCommandKind.ReadStatus, 0, read, 2);
            case [0x1F, ..]:
                return new(SpiCommandKind.WriteStatus, 0, write.Length - 2, 2);
            case [0x9F, ..]:
                return new(SpiCommandKind.ReadId, 0, read, write.Length);
            default:
                return default;
        }
    }

    private SpiCommand Reading(ReadOnlySpan<byte> write, int read, int addressBytes, int dummies) =>
        write.Length <= addressBytes ? default
        : new(SpiCommandKind.Read, Address(write, addressBytes), Math.Max(0, read), 1 + addressBytes + dummies);

    private SpiCommand Programming(ReadOnlySpan<byte> write, int addressBytes) =>
        write.Length <= addressBytes + 1 ? default
        : new(SpiCommandKind.Program, Address(write, addressBytes), write.Length - 1 - addressBytes, 1 + addressBytes);

    private SpiCommand Erasing(ReadOnlySpan<byte> write, int addressBytes, int size) =>
        write.Length != addressBytes + 1 ? default
        : new(SpiCommandKind.Erase, Address(write, addressBytes) & -size, size, 1 + addressBytes);

    private int Address(ReadOnlySpan<byte> write, int addressBytes)
    {
        uint address = 0;
        foreach (byte value in write.Slice(1, addressBytes))
            address = address << 8 | value;
        if (addressBytes == 3)
            address |= (uint)_extended << 24;
        return (int)(address & int.MaxValue);
    }
}
