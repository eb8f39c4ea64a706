using System.Buffers.Binary;

namespace Unbrick.Hardware.Spi.Flash;

/// <summary>
/// Puts addresses into commands. Up to 16 MiB three bytes do. Above, commands that take four are preferred because they leave no mode behind;
/// where a chip has none, its mode or its extended address register is set anew at each job, so that a contact that was lost in between does
/// no harm, and <see cref="Restore"/> puts back what was found: a system that starts from the chip expects it so.
/// </summary>
internal sealed class SpiAddressing(ISpiMaster master, SpiChip chip)
{
    /// <summary>Bytes that three address bytes reach.</summary>
    public const int Bank = 0x100_0000;

    private bool? _foundFour;
    private byte? _foundBank;

    /// <summary>Bytes in an address.</summary>
    public int Length => chip.Addresses is FourByteAddresses.None or FourByteAddresses.Register ? 3 : 4;

    private bool HasMode => chip.Addresses is FourByteAddresses.Mode or FourByteAddresses.ModeAfterWriteEnable;

    private bool HasCommands => chip.Addresses == FourByteAddresses.Commands;

    /// <summary>Bytes from an address on that one command may reach.</summary>
    public int Reach(int address) => chip.Addresses == FourByteAddresses.Register ? Bank - (address % Bank) : int.MaxValue;

    /// <summary>Makes the chip take addresses around this one; to be called before the commands of a job, and again after <see cref="Reach"/>.</summary>
    public void Enter(int address)
    {
        if (HasMode)
        {
            _foundFour ??= IsInFour();
            SwitchTo(NorOpcode.EnterFourBytes);
        }
        else if (chip.Addresses == FourByteAddresses.Register)
        {
            SelectBank((byte)(address / Bank));
        }
    }

    /// <summary>Makes a chip take addresses of three bytes, for the registers beside the array.</summary>
    public void EnterThree()
    {
        if (HasMode)
        {
            _foundFour ??= IsInFour();
            SwitchTo(NorOpcode.LeaveFourBytes);
        }
        else if (chip.Addresses == FourByteAddresses.Register)
        {
            SelectBank(0);
        }
    }

    /// <summary>Leaves the address mode as it was found. Where that cannot be read, it is the one of power-on: three bytes.</summary>
    public void Restore()
    {
        if (_foundFour is { } four)
            SwitchTo(four ? NorOpcode.EnterFourBytes : NorOpcode.LeaveFourBytes);
        if (_foundBank is { } bank)
            SelectBank(bank);
        _foundFour = null;
        _foundBank = null;
    }

    public byte[] Read(int address) => Command(HasCommands ? NorOpcode.Read4 : NorOpcode.Read, address, []);

    public byte[] Program(int address, ReadOnlySpan<byte> data) => Command(HasCommands ? NorOpcode.Program4 : NorOpcode.Program, address, data);

    public byte[] Erase(byte opcode, int address) => Command(HasCommands ? NorOpcode.EraseWithFour(opcode) : opcode, address, []);

    private byte[] Command(byte opcode, int address, ReadOnlySpan<byte> data)
    {
        int length = NorOpcode.TakesFour(opcode) ? 4 : Length;
        byte[] command = new byte[1 + length + data.Length];
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(four, address);
        command[0] = opcode;
        four[(4 - length)..].CopyTo(command.AsSpan(1));
        data.CopyTo(command.AsSpan(1 + length));
        return command;
    }

    /// <summary>Winbond tells its address mode in bit 0 of status register 3, Macronix in bit 5 of the register that 15 reads there.</summary>
    private bool IsInFour()
    {
        byte bit = chip.Jedec.StartsWith("ef", StringComparison.Ordinal) ? (byte)0x01
            : chip.Jedec.StartsWith("c2", StringComparison.Ordinal) ? (byte)0x20 : (byte)0;
        if (bit == 0)
            return false;
        Span<byte> register = stackalloc byte[2];
        master.Transfer([NorOpcode.ReadStatus3], register);
        return !NorCommands.IsBlank(register) && register[0] == register[1] && (register[0] & bit) != 0;
    }

    private void SwitchTo(byte opcode)
    {
        if (chip.Addresses == FourByteAddresses.ModeAfterWriteEnable)
            master.Transfer([NorOpcode.WriteEnable], []);
        master.Transfer([opcode], []);
        // Parts with the same id that do not ask for write enable leave it set, and what is written next would be written for good.
        if (chip.Addresses == FourByteAddresses.ModeAfterWriteEnable)
            master.Transfer([NorOpcode.WriteDisable], []);
    }

    private void SelectBank(byte bank)
    {
        Span<byte> present = stackalloc byte[1];
        if (_foundBank is null)
        {
            master.Transfer([NorOpcode.ReadExtendedAddress], present);
            // A bank that the chip does not have is no bank: the register is not there, or was not heard.
            _foundBank = present[0] < Math.Max(1, chip.Size / Bank) ? present[0] : (byte)0;
        }
        master.Transfer([NorOpcode.WriteEnable], []);
        master.Transfer([NorOpcode.WriteExtendedAddress, bank], []);
        master.Transfer([NorOpcode.WriteDisable], []);
    }
}
