namespace Unbrick.Sim.Spi;

/// <content>Commands that only answer.</content>
public sealed partial class SimNor
{
    /// <summary>Whether it was one of them. The answer begins behind opcode, address and dummy bytes, wherever the host stops to write.</summary>
    private bool TryRead(byte opcode, ReadOnlySpan<byte> write, Span<byte> read)
    {
        switch (opcode)
        {
            case 0x03 when _shown && SecurityAt(write, 3) is (int register, int within):
                Repeat(_security[register - 1], within, read, 4 - write.Length);
                return true;
            case 0x03:
                ReadArray(write, read, _fourByte ? 4 : 3, 0);
                return true;
            case 0x0B:
                ReadArray(write, read, _fourByte ? 4 : 3, 1);
                return true;
            case 0x13 when (Model.FourByte & FourByteWays.Reads) != 0:
                ReadArray(write, read, 4, 0);
                return true;
            case 0x0C when (Model.FourByte & FourByteWays.Reads) != 0:
                ReadArray(write, read, 4, 1);
                return true;
            case 0x9F:
                Repeat(Model.Jedec.AsSpan(), 0, read, 1 - write.Length);
                return true;
            case 0xAB:
                Repeat([Model.DeviceId], 0, read, 4 - write.Length);
                return true;
            case 0x90:
                Repeat([Model.Jedec[0], Model.DeviceId], write.Length > 3 ? write[3] & 1 : 0, read, 4 - write.Length);
                return true;
            case 0x4B when Model.HasUniqueId:
                Repeat(_uniqueId, 0, read, (_fourByte ? 6 : 5) - write.Length);
                return true;
            case 0x5A when Model.SfdpDwords > 0:
                ReadTable(write, read);
                return true;
            case 0x48 or 0x4B or 0x68 or 0x77 when Model.Security is { Enter: null } security && security.Read == opcode:
                ReadSecurity(write, read, security.Dummies);
                return true;
            case 0xC8 when (Model.FourByte & FourByteWays.Register) != 0:
                read.Fill(_extendedAddress);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads on and on, from the end to the beginning.</summary>
    private void ReadArray(ReadOnlySpan<byte> write, Span<byte> read, int addressBytes, int dummies)
    {
        if (write.Length <= addressBytes)
            return;
        int skip = 1 + addressBytes + dummies - write.Length;
        int at = Address(write, addressBytes);
        if (skip < 0)
            at = (int)((at - (long)skip) % Model.Size);
        while (Math.Max(skip, 0) < read.Length)
        {
            read = read[Math.Max(skip, 0)..];
            skip = Math.Min(read.Length, Model.Size - at);
            _array.AsSpan(at, skip).CopyTo(read);
            at = 0;
        }
    }

    private void ReadTable(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (write.Length < 4)
            return;
        int at = (write[1] << 16 | write[2] << 8 | write[3]) - (5 - write.Length);
        for (int i = Math.Max(5 - write.Length, 0); i < read.Length && at + i < _sfdp.Length; i++)
            read[i] = _sfdp[at + i];
    }

    private void ReadSecurity(ReadOnlySpan<byte> write, Span<byte> read, int dummies)
    {
        int addressBytes = _fourByte ? 4 : 3;
        if (write.Length <= addressBytes || SecurityAt(write, addressBytes) is not (int register, int at))
            return;
        Repeat(_security[register - 1], at, read, 1 + addressBytes + dummies - write.Length);
    }

    /// <summary>Which register an address means (from 1), and where in it.</summary>
    private (int Register, int At)? SecurityAt(ReadOnlySpan<byte> write, int addressBytes)
    {
        if (Model.Security is not { } security || write.Length <= addressBytes)
            return null;
        int address = 0;
        foreach (byte value in write.Slice(1, addressBytes))
            address = address << 8 | value;
        int register = (address - security.First) / security.Stride;
        bool exists = address >= security.First && register < security.Count;
        return exists ? (register + 1, (address - security.First) % security.Stride % security.Size) : null;
    }

    /// <summary>An answer that goes round.</summary>
    /// <param name="answer">One round.</param>
    /// <param name="from">Where it begins.</param>
    /// <param name="read">Where it goes.</param>
    /// <param name="skip">Bytes of <paramref name="read"/> before it; negative when it began before them.</param>
    private static void Repeat(ReadOnlySpan<byte> answer, int from, Span<byte> read, int skip)
    {
        for (int i = Math.Max(skip, 0); i < read.Length; i++)
            read[i] = answer[(int)((from + (long)i - skip) % answer.Length)];
    }

    private int Address(ReadOnlySpan<byte> write, int addressBytes)
    {
        uint address = 0;
        foreach (byte value in write.Slice(1, addressBytes))
            address = address << 8 | value;
        if (addressBytes == 3)
            address |= (uint)_extendedAddress << 24;
        return (int)(address & (uint)(Model.Size - 1));
    }
}
