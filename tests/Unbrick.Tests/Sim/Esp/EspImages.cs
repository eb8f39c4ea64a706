using System.Text;

namespace Unbrick.Tests.Sim.Esp;

/// <summary>Images that a ROM starts, made from nothing.</summary>
internal static class EspImages
{
    /// <summary>As the Arduino core makes them: a small loader at 0, the program at 0x1000.</summary>
    public static byte[] Arduino(string name, byte mode, int size = 0x6_0000)
    {
        byte[] image = new byte[size];
        image.AsSpan().Fill(0xFF);
        Image(0x4010_f000, new byte[0xE00], mode).CopyTo(image, 0);
        byte[] body = new byte[size - 0x1000 - 64 & ~15];
        new Random(size).NextBytes(body);
        Encoding.ASCII.GetBytes($"{name} firmware").CopyTo(body, 0x100);
        Image(0x4010_0000, body, mode).CopyTo(image, 0x1000);
        return image;
    }

    private static byte[] Image(uint address, byte[] body, byte mode)
    {
        byte[] image = new byte[(16 + body.Length | 15) + 1];
        (image[0], image[1], image[2], image[3]) = (0xE9, 1, mode, 0x20);
        BitConverter.TryWriteBytes(image.AsSpan(4), address);
        BitConverter.TryWriteBytes(image.AsSpan(8), address);
        BitConverter.TryWriteBytes(image.AsSpan(12), body.Length);
        body.CopyTo(image, 16);
        image[^1] = (byte)EspWire.Checksum(body);
        return image;
    }
}
