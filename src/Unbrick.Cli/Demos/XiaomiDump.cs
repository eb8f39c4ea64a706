using System.Buffers.Binary;
using System.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Kernel;

namespace Unbrick.Cli.Demos;

/// <summary>
/// The flash of a Mi Router 4A Gigabit as thread 003 has it, made from nothing: same places, same environment, same checksums, noise in place of
/// programs.
/// </summary>
/// <param name="seed">Another seed is another unit.</param>
internal sealed class XiaomiDump(int seed)
{
    public const int Size = 0x100_0000, BootSize = 0x2_5000, EnvAt = 0x3_0000, EnvSize = 0x1000, FactoryAt = 0x5_0000;
    private const int RadioSize = 0x400, FirmwareAt = 0x18_0000, KernelSize = 0x18_0000, FirmwareEnd = 0xC4_0000;

    /// <summary>Of 2.4 GHz radio, 5 GHz radio, LAN and WAN.</summary>
    private static readonly int[] s_macs = [0x5_0004, 0x5_8004, 0x5_E000, 0x5_E006];

    /// <summary>The flash.</summary>
    /// <param name="bootDelay">Seconds that the menu waits.</param>
    /// <param name="uart">Whether the serial console takes keys: 0 or 1.</param>
    /// <param name="macs">Addresses of 2.4 GHz radio, 5 GHz radio, LAN and WAN, each 12 hex digits.</param>
    public byte[] Make(int bootDelay, int uart, params ReadOnlySpan<string> macs)
    {
        Random random = new(seed);
        byte[] flash = new byte[Size];
        flash.AsSpan().Fill(0xFF);
        random.NextBytes(flash.AsSpan(0, BootSize));
        ReadOnlySpan<byte> jump = [0xff, 0x00, 0x00, 0x10];
        jump.CopyTo(flash);
        Encoding.ASCII.GetBytes("U-Boot 1.1.3 (May 11 2020 - 10:41:20)", flash.AsSpan(0x1_8000));
        Environment(flash.AsSpan(EnvAt, EnvSize), bootDelay, uart);
        foreach (int radio in (int[])[FactoryAt, FactoryAt + 0x8000])
        {
            random.NextBytes(flash.AsSpan(radio, RadioSize));
            BinaryPrimitives.WriteUInt16LittleEndian(flash.AsSpan(radio), (ushort)(radio == FactoryAt ? 0x7603 : 0x7612));
        }
        for (int i = 0; i < macs.Length; i++)
            Convert.FromHexString(macs[i]).CopyTo(flash, s_macs[i]);
        random.NextBytes(flash.AsSpan(FirmwareAt, FirmwareEnd - FirmwareAt));
        Kernel(flash.AsSpan(FirmwareAt));
        return flash;
    }

    private static void Environment(Span<byte> at, int bootDelay, int uart)
    {
        at.Clear();
        string variables = $"bootcmd=tftp\0bootdelay={bootDelay}\0baudrate=115200\0ipaddr=192.168.31.1\0serverip=192.168.31.2\0uart_en={uart}\0boot_wait=off\0";
        Encoding.ASCII.GetBytes(variables, at[4..]);
        BinaryPrimitives.WriteUInt32LittleEndian(at, Crc32.Zlib(at[4..]));
    }

    private static void Kernel(Span<byte> at)
    {
        uint data = Crc32.Zlib(at.Slice(UImageHeader.Size, KernelSize));
        UImageHeader header = new(UImageHeader.UsualMagic, 0, 0x5eb9_0000, KernelSize, 0x8100_1000, 0x8100_1000, data, 5, 5, 2, 3);
        at[..UImageHeader.Size].Clear();
        header.Write(at);
        Encoding.ASCII.GetBytes("MIPS OpenWrt Linux-3.10.14", at[0x20..]);
        (header with { HeaderCrc = UImageHeader.CrcOf(at, UImageHeader.Size) }).Write(at);
    }
}
