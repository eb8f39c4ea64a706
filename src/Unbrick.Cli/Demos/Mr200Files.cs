using System.Text;
using Unbrick.Formats.Kernel;
using Unbrick.Formats.TpLink;

namespace Unbrick.Cli.Demos;

/// <summary>
/// Files of the kind of thread 001, made from nothing: same sizes, same places, same headers and checksums, noise in place of programs.
/// </summary>
/// <param name="seed">Another seed is another unit.</param>
internal sealed class Mr200Files(int seed)
{
    public const int BootSize = 0x2_0000, FlashSize = 0x80_0000, TftpSize = 0x7d_0000, HeaderSize = 0x200;
    private const int FirmwareEnd = 0x7d_0000, RomFile = 0x7e_0000, Radio = 0x7f_0000, Rom = 0x7d_0000, StockSettings = 0x7c_0000;
    private const int MacAt = Rom + 0xf100, ModemSize = 0x2_0000;
    private const string Settings = "<?xml version=\"1.0\"?><DslCpeConfig></DslCpeConfig>";

    /// <summary>Dump of the provider's unit: its boot loader, its firmware, its settings at 0x7E0000, its calibration.</summary>
    public byte[] OwnDump()
    {
        byte[] flash = Flash(new Random(seed), "U-Boot 1.1.3 (provider)");
        Put(flash, RomFile, Settings);
        return flash;
    }

    /// <summary>Dump of somebody else's unit with the vendor's firmware, whose settings lie at 0x7C0000.</summary>
    public byte[] StockDump()
    {
        byte[] flash = Flash(new Random(seed + 1), "U-Boot 1.1.3 (vendor)");
        Put(flash, StockSettings, Settings);
        return flash;
    }

    /// <summary>The vendor's update file: header, boot loader, firmware, and the modem's firmware behind.</summary>
    public byte[] VendorUpdate()
    {
        byte[] payload = new byte[FirmwareEnd + ModemSize];
        new Random(seed + 2).NextBytes(payload);
        Flash(new Random(seed + 1), "U-Boot 1.1.3 (vendor)").AsSpan(0, FirmwareEnd).CopyTo(payload);
        TpLinkV2Header header = new(
            TpLinkV2Header.Version2, 0xd750_0001, 0x4a, 0, 0x8000_0000, 0x8000_0000, (uint)(HeaderSize + payload.Length),
            HeaderSize + BootSize, 0x10_0000, 0x14_0000, 0x60_0000, HeaderSize, BootSize);
        return TpLinkV2.Write(header, payload);
    }

    private static byte[] Flash(Random random, string boot)
    {
        byte[] flash = new byte[FlashSize];
        random.NextBytes(flash.AsSpan(0, FirmwareEnd));
        flash.AsSpan(FirmwareEnd).Fill(0xFF);
        ReadOnlySpan<byte> jump = [0xff, 0x00, 0x00, 0x10];
        jump.CopyTo(flash);
        Put(flash, 0x1000, boot);
        Kernel(flash.AsSpan(BootSize));
        random.NextBytes(flash.AsSpan(MacAt, 6));
        flash[MacAt] = 0x60;
        random.NextBytes(flash.AsSpan(Radio, 0x200));
        return flash;
    }

    private static void Kernel(Span<byte> at)
    {
        const int size = 0x10_0000;
        uint data = Formats.Bytes.Crc32.Zlib(at.Slice(UImageHeader.Size, size));
        UImageHeader header = new(UImageHeader.UsualMagic, 0, 0x57c0_0000, size, 0x8000_0000, 0x8000_0000, data, 5, 5, 2, 3);
        at[..UImageHeader.Size].Clear();
        header.Write(at);
        Put(at, 0x20, "MIPS Linux");
        (header with { HeaderCrc = UImageHeader.CrcOf(at, UImageHeader.Size) }).Write(at);
    }

    private static void Put(Span<byte> image, int at, string text) => Encoding.ASCII.GetBytes(text, image[at..]);
}
