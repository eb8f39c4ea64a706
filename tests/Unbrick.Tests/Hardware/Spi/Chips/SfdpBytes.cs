using System.Buffers.Binary;

namespace Unbrick.Tests.Hardware.Spi.Chips;

/// <summary>SFDP areas: what real chips answer to 5A, and made ones.</summary>
internal static class SfdpBytes
{
    /// <summary>W25Q64JW (ef8017), 8 MiB, as its owner read it: kernel mailing list, January 2022.</summary>
    public static byte[] W25Q64JW { get; } = Area(
        "53464450060101ff00060110800000ff84000102d00000ff",
        (0x80, "e520f9ffffffff0344eb086b083b42bbfeffffffffff0000ffff40eb0c200f5210d800003602a60082ea14c4e96376337a757a75f7bdd55c19f75dffe930f880"),
        (0xD0, "0000f0ffffffffff"));

    /// <summary>W25Q512JV, 64 MiB: 4-byte commands 21 and DC, none for 32 KiB.</summary>
    public static byte[] W25Q512JV { get; } = Area(
        "53464450060101ff00060110800000ff84000102d00000ff03000102f00000ff",
        (0x80, "e520fbffffffff1f44eb086b083b42bbfeffffffffff0000ffff40eb0c200f5210d800003602a60082ea14e2e96376337a757a75f7a2d55c19f74dffe970f9a5"),
        (0xD0, "ff0af0ff21ffdcff"));

    /// <summary>MX25L25635E, 32 MiB: nine dwords of the first revision, and the maker's table with the supply.</summary>
    public static byte[] MX25L25635E { get; } = Area(
        "53464450000101ff00000109300000ffc2000104600000ff",
        (0x30, "e520f3ffffffff0f44eb086b083b04bbeeffffffffff00ffffff00ff0c200f5210d800ff"),
        (0x60, "00360027f74fffffd9c8ffffffffffff"));

    /// <summary>A table of revision B with uniform 20, 52 and D8.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="change">Takes the dwords of the basic table, the first at 0.</param>
    /// <param name="supply">Adds the maker's table of Macronix with this as its first dword.</param>
    public static byte[] Make(int size, Action<uint[]>? change = null, uint? supply = null)
    {
        uint[] basic = new uint[16];
        basic[0] = 0xFFF120E5;
        basic[1] = (uint)((size * 8L) - 1);
        (basic[7], basic[8]) = (0x520F200C, 0x0000D810);
        // x 2(n+1) with n = 5; 4K: 3 x 16 ms, 32K: 1 x 128 ms, 64K: 10 x 16 ms.
        basic[9] = 5u | (2 << 4) | (1 << 9) | (0 << 11) | (2 << 16) | (9 << 18) | (1 << 23);
        // x 2(n+1) with n = 1; 256-byte pages, 11 x 64 us; chip: 10 x 4 s.
        basic[10] = 1u | (8 << 4) | (10 << 8) | (1 << 13) | (9 << 24) | (2u << 29);
        change?.Invoke(basic);
        byte[] area = new byte[256];
        area.AsSpan().Fill(0xFF);
        "SFDP"u8.CopyTo(area);
        byte[] headers = [6, 1, (byte)(supply is null ? 0 : 1), 0xFF, 0x00, 6, 1, 16, 0x80, 0, 0, 0xFF, 0xC2, 0, 1, 4, 0xD0, 0, 0, 0xFF];
        headers.CopyTo(area, 4);
        for (int i = 0; i < basic.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(area.AsSpan(0x80 + (i * 4)), basic[i]);
        if (supply is uint range)
            BinaryPrimitives.WriteUInt32LittleEndian(area.AsSpan(0xD0), range);
        return area;
    }

    private static byte[] Area(string headers, params (int At, string Hex)[] tables)
    {
        byte[] area = new byte[256];
        area.AsSpan().Fill(0xFF);
        Convert.FromHexString(headers).CopyTo(area, 0);
        foreach ((int at, string hex) in tables)
            Convert.FromHexString(hex).CopyTo(area, at);
        return area;
    }
}
