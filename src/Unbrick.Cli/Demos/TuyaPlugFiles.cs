using System.Buffers.Binary;
using System.Text;

namespace Unbrick.Cli.Demos;

/// <summary>What is in a plug and what shall come into it, made from nothing: same places, same headers and checksums, noise in place of programs.</summary>
/// <param name="seed">Another seed is another plug.</param>
internal sealed class TuyaPlugFiles(int seed)
{
    public const int FlashSize = 0x10_0000;
    private const int Second = 0x1000, Stores = 0x5000, Loader = 0xE00, Program = 0x6_0000;

    /// <summary>The flash as the plug comes: the maker's loader and program, and its settings and calibration in the last sectors.</summary>
    public byte[] Stock()
    {
        Random random = new(seed);
        byte[] flash = new byte[FlashSize];
        flash.AsSpan().Fill(0xFF);
        Image(0x4010_0000, Loader, random, "boot_v1.5").CopyTo(flash, 0);
        random.NextBytes(flash.AsSpan(Second, Program));
        ReadOnlySpan<byte> slot = [0xEA, 0x04];
        slot.CopyTo(flash.AsSpan(Second));
        Put(flash, Second + 0x400, "TUYA IoT SDK V:1.0.5");
        random.NextBytes(flash.AsSpan(FlashSize - Stores));
        for (int at = FlashSize - Stores; at < FlashSize; at += 0x1000)
            flash[at] = 0x8C;
        return flash;
    }

    /// <summary>The new firmware: a small loader at 0, the program at 0x1000.</summary>
    public byte[] Firmware()
    {
        Random random = new(seed + 1);
        byte[] loader = Image(0x4010_f000, Loader, random, ""), program = Image(0x4010_0000, Program, random, "Tasmota 14.3.0(release-tasmota)");
        byte[] image = new byte[Second + program.Length];
        image.AsSpan().Fill(0xFF);
        loader.CopyTo(image, 0);
        program.CopyTo(image, Second);
        return image;
    }

    private static byte[] Image(uint address, int length, Random random, string name)
    {
        byte[] image = new byte[(16 + length | 15) + 1];
        (image[0], image[1], image[2], image[3]) = (0xE9, 1, 3, 0x20); // one segment, DOUT, 1 MiB at 40 MHz
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(4), address);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(8), address);
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(12), length);
        Span<byte> body = image.AsSpan(16, length);
        random.NextBytes(body);
        Put(body, 0x40, name);
        byte sum = 0xEF;
        foreach (byte value in body)
            sum ^= value;
        image[^1] = sum;
        return image;
    }

    private static void Put(Span<byte> image, int at, string text) => Encoding.ASCII.GetBytes(text, image[at..]);
}
