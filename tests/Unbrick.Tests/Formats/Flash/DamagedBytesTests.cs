using System.Buffers.Binary;
using Unbrick.Formats;

namespace Unbrick.Tests.Formats.Flash;

/// <summary>Formats of flash and of IoT images, given what is nearly of them: cut anywhere, bits flipped, lengths at their limits.</summary>
public sealed class DamagedBytesTests
{
    private const int Rounds = 400;

    private static readonly uint[] s_limits = [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, 0xFFFF_FFFF];

    [Theory]
    [InlineData("uboot-env/be-4k.bin")]
    [InlineData("mtk-factory/xiaomi-factory-64k.bin")]
    [InlineData("ath-art/qca-art-64k.bin")]
    [InlineData("esp32/esp32.bin")]
    [InlineData("esp-ptable/esp32-default-4m.bin")]
    [InlineData("tuya-ug/ug-bk7231t.bin")]
    [InlineData("beken-rbl/beken-ota.bin")]
    public void Whatever_is_broken_in_it_a_finding_stays_within_the_file(string file)
    {
        byte[] whole = Samples.Bytes(file);
        Random random = new(file.Length);
        string[] formats = [.. new[] { "esp8266", "bootloader", "blank" }, file.Split('/')[0]];
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = Damage(whole, random);
            foreach (string id in formats)
                AssertBounded(FormatRegistry.Find(id)!, damaged);
        }
    }

    private static void AssertBounded(IFirmwareFormat format, byte[] bytes)
    {
        Finding? claimed = format.Read(Samples.Claimed(bytes));
        Assert.NotNull(claimed);
        foreach (Finding? finding in (Finding?[])[claimed, format.Read(Samples.Unclaimed(bytes)), format.Read(new(bytes, 0, bytes.Length, new()))])
        {
            if (finding is null)
                continue;
            Assert.InRange(finding.Length, 1, Math.Max(1, bytes.Length));
            Assert.All(finding.Parts, p => Assert.True(p.Offset >= 0 && p.Length > 0 && p.Offset + p.Length <= finding.End));
            _ = format.Compare(finding, new() { LabelMac = "02:00:00:00:00:01", Chip = "esp32", FlashSize = 1, LargestApp = 1, PartitionSize = 1 });
        }
        if (format is IFormatWriter writer && writer.Rewrite(Samples.Claimed(bytes)) is { } written)
            Assert.InRange(written.Length, 0, bytes.Length);
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        byte[] damaged = whole[..(random.Next(3) == 0 ? random.Next(whole.Length + 1) : whole.Length)];
        for (int i = random.Next(4); i > 0 && damaged.Length > 8; i--)
        {
            int at = random.Next(random.Next(2) == 0 ? Math.Min(0x100, damaged.Length - 4) : damaged.Length - 4);
            if (random.Next(2) == 0)
                damaged[at] ^= (byte)(1 << random.Next(8));
            else
                BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(at), s_limits[random.Next(s_limits.Length)]);
        }
        return damaged;
    }
}
