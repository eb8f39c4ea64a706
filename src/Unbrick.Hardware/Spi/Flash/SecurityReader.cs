using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Flash;

/// <summary>Reads what is beside the array, each stretch twice. Providers lock what they keep there for good: a copy is all that can be had.</summary>
internal sealed class SecurityReader(ISpiMaster master, SpiChip chip, SpiAddressing addressing, StatusRegisters registers)
{
    private const int TimesToLeave = 3;

    /// <summary>Reads all of it.</summary>
    /// <param name="mayEnter">Chips that show it only in a mode of its own may be brought into it. Not where something is written later.</param>
    public SecurityDump Read(bool mayEnter)
    {
        SpiStatus? status = registers.Read();
        if (chip.Security is not { Count: > 0, Size: > 0 } security)
            return new([], status);
        if (security.Enter is not null && !mayEnter)
            return new([], status) { IsLeftOut = true };
        addressing.EnterThree();
        return security.Enter is byte enter ? ReadInMode(security, enter, status) : new(ReadAll(security, status), status);
    }

    private ImmutableArray<SecurityRegister> ReadAll(SecurityRegisters security, SpiStatus? status)
    {
        ImmutableArray<SecurityRegister>.Builder all = ImmutableArray.CreateBuilder<SecurityRegister>(security.Count);
        for (int i = 0; i < security.Count; i++)
        {
            int address = security.First + (i * security.Stride);
            byte[] bytes = Read(address, security);
            bool isSure = bytes.AsSpan().SequenceEqual(Read(address, security));
            // LB1 to LB3 belong to the registers that 48 reads.
            all.Add(new(address, ImmutableArray.Create(bytes), isSure, security.Read == NorOpcode.ReadSecurity ? status?.IsLocked(address) : null));
        }
        return all.MoveToImmutable();
    }

    /// <summary>
    /// The array is read before and behind: what is the same as the array was no OTP (a part that does not know the command), and as long as the
    /// array is not back the chip is not left alone.
    /// </summary>
    private SecurityDump ReadInMode(SecurityRegisters security, byte enter, SpiStatus? status)
    {
        byte[] array = Read(security.First, security);
        ImmutableArray<SecurityRegister> all = [];
        bool isBack = false;
        try
        {
            master.Transfer([enter], []);
            all = ReadAll(security, status);
        }
        finally
        {
            for (int i = 0; i < TimesToLeave && !isBack; i++)
            {
                master.Transfer([security.Leave], []);
                isBack = Read(security.First, security).AsSpan().SequenceEqual(array);
            }
        }
        bool isArray = all[0].Bytes.AsSpan().SequenceEqual(array) && !all[0].IsEmpty;
        return new(isArray ? [] : all, status) { IsInMode = !isBack };
    }

    private byte[] Read(int address, SecurityRegisters security)
    {
        byte[] bytes = new byte[security.Size];
        byte[] command = new byte[4 + security.Dummies];
        command[0] = security.Read;
        for (int done = 0; done < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - done, Math.Max(1, master.Info.MaxRead));
            int at = address + done;
            (command[1], command[2], command[3]) = ((byte)(at >> 16), (byte)(at >> 8), (byte)at);
            master.Transfer(command, bytes.AsSpan(done, length));
            done += length;
        }
        return bytes;
    }
}
