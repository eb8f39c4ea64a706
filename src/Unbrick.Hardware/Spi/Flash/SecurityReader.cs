using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Flash;

/// <summary>Reads the registers beside the array by 48, each of them twice. Providers lock what they keep there for good: a copy is all that can be had.</summary>
internal sealed class SecurityReader(ISpiMaster master, SpiChip chip, SpiAddressing addressing, StatusRegisters registers)
{
    public SecurityDump Read()
    {
        SpiStatus? status = registers.Read();
        if (chip.Security is not { Count: > 0, Size: > 0 } security)
            return new([], status);
        addressing.EnterThree();
        ImmutableArray<SecurityRegister>.Builder all = ImmutableArray.CreateBuilder<SecurityRegister>(security.Count);
        for (int i = 0; i < security.Count; i++)
        {
            int address = security.First + (i * security.Stride);
            byte[] bytes = Read(address, security.Size);
            bool isSure = bytes.AsSpan().SequenceEqual(Read(address, security.Size));
            all.Add(new(address, ImmutableArray.Create(bytes), isSure, status?.IsLocked(address)));
        }
        return new(all.MoveToImmutable(), status);
    }

    private byte[] Read(int address, int size)
    {
        byte[] bytes = new byte[size];
        for (int done = 0; done < size;)
        {
            int length = Math.Min(size - done, Math.Max(1, master.Info.MaxRead));
            int at = address + done;
            master.Transfer([NorOpcode.ReadSecurity, (byte)(at >> 16), (byte)(at >> 8), (byte)at, 0], bytes.AsSpan(done, length));
            done += length;
        }
        return bytes;
    }
}
