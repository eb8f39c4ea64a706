using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>Kernels for boot loaders: the 64-byte header of U-Boot (include/image.h) before anything.</summary>
internal static class UImages
{
    public static byte[] Make(int size, string name = "MIPS OpenWrt Linux-5.15", byte arch = 5)
    {
        byte[] image = new byte[size];
        new Random(9).NextBytes(image);
        BinaryPrimitives.WriteUInt32BigEndian(image, 0x27051956);
        image.AsSpan(4, 60).Clear();
        BinaryPrimitives.WriteInt32BigEndian(image.AsSpan(12), size - 64);
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(16), 0x80001000);
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(20), 0x80001000);
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(24), Crc32.Zlib(image.AsSpan(64)));
        (image[28], image[29], image[30], image[31]) = (5, arch, 2, 3);
        System.Text.Encoding.ASCII.GetBytes(name, image.AsSpan(32, 32));
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(4), Crc32.Zlib(image.AsSpan(0, 64)));
        return image;
    }
}
