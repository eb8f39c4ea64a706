using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Unbrick.Formats;
using Unbrick.Formats.Esp;

namespace Unbrick.Tests.Formats.Esp;

public sealed class EspImageTests
{
    private static readonly Esp32 s_esp32 = new();
    private static readonly Esp8266 s_esp8266 = new();

    [Fact]
    public void Nobody_has_to_say_which_of_the_two_headers_it_is()
    {
        byte[] esp32 = Samples.Bytes("esp32/esp32s3.bin"), esp8266 = Unpacked();
        Assert.Equal(("esp32s3", Confidence.Certain), Kind(s_esp32.Read(Samples.Unclaimed(esp32))!));
        Assert.Null(s_esp8266.Read(Samples.Unclaimed(esp32)));
        Assert.Equal((null, Confidence.Certain), Kind(s_esp8266.Read(Samples.Unclaimed(esp8266))!));
        Assert.Null(s_esp32.Read(Samples.Unclaimed(esp8266)));
        Assert.Equal(esp8266, s_esp8266.Rewrite(Samples.Claimed(esp8266)));
    }

    [Theory]
    [InlineData("dout", 1 << 20, 40, 0x03, 0x20)]
    [InlineData("qio", 4 << 20, 80, 0x00, 0x4F)]
    [InlineData(null, null, 26, 0x02, 0x21)]
    public void Flash_settings_of_the_esp8266_are_two_bytes(string? mode, int? size, int? megahertz, byte second, byte third)
    {
        byte[] before = Unpacked();
        byte[] after = EspFlashSettings.Change(before, false, mode, size, megahertz)!;
        Assert.Equal((second, third), (after[2], after[3]));
        (after[2], after[3]) = (before[2], before[3]);
        Assert.Equal(before, after);
    }

    [Fact]
    public void Flash_settings_of_the_esp32_change_the_hash_too()
    {
        byte[] before = [.. Samples.Bytes("esp32/esp32.bin"), 1, 2, 3];
        byte[] after = EspFlashSettings.Change(before, true, "dout", 16 << 20, 80)!;
        int hash = before.Length - 3 - 32;
        Assert.Equal((3, 0x4F), (after[2], after[3]));
        Assert.Equal(SHA256.HashData(after.AsSpan(0, hash)), after[hash..^3]);
        Assert.Equal([1, 2, 3], after[^3..]);
        Assert.Equal(new EspFlashSettings("dout", 16 << 20, 80), EspFlashSettings.Of(EspImage.Parse(after, true)!));
        Assert.Null(EspFlashSettings.Change(before, true, "octal"));
        Assert.Null(EspFlashSettings.Change(before, true, size: 3 << 20));
        Assert.Null(EspFlashSettings.Change(before.AsSpan(0, 100), true, "dout"));
    }

    [Fact]
    public void The_second_kind_of_the_esp8266_has_mapped_flash_that_the_checksum_leaves_out()
    {
        byte[] image = Mapped();
        Finding finding = s_esp8266.Read(Samples.Unclaimed(image))!;
        Assert.Equal(("v2", Verdict.Ok, image.Length), (finding.Variant, finding.Verdict, finding.Length));
        image[0x40] ^= 1;
        Assert.Equal(Verdict.Ok, s_esp8266.Read(Samples.Unclaimed(image))!.Verdict);
        image[0xA8] ^= 1;
        Assert.Equal([FlawCode.Checksum], s_esp8266.Read(Samples.Unclaimed(image))!.Flaws.Select(f => f.Code));
    }

    [Fact]
    public void The_crc_that_esptool_appends_belongs_to_the_image()
    {
        byte[] image = [.. Mapped(), 0, 0, 0, 0];
        byte[] sealed1 = s_esp8266.Rewrite(Samples.Claimed(image))!;
        Assert.Equal(image.Length, sealed1.Length);
        Assert.Equal(image.Length, s_esp8266.Read(Samples.Unclaimed(sealed1))!.Length);
        byte[] changed = EspFlashSettings.Change(sealed1, false, "dout")!;
        Assert.Equal(image.Length, s_esp8266.Read(Samples.Unclaimed(changed))!.Length);
    }

    [Fact]
    public void A_destroyed_magic_is_told_at_the_beginning_of_a_file_only()
    {
        byte[] image = Samples.Bytes("esp32/esp32.bin");
        image[0] = 0xFF;
        Assert.Contains(FlawCode.Magic, s_esp32.Read(Samples.Unclaimed(image))!.Flaws.Select(f => f.Code));
        Assert.Null(s_esp32.Read(new FormatInput(image, 0, image.Length, new ReadBudget())));
    }

    [Fact]
    public void Too_many_segments_are_told()
    {
        byte[] image = Samples.Bytes("esp32/esp32.bin");
        image[1] = 17;
        Assert.Contains(FlawCode.SegmentCount, s_esp32.Read(Samples.Claimed(image))!.Flaws.Select(f => f.Code));
    }

    [Fact]
    public void In_noise_there_is_none_and_in_a_dump_it_is_found()
    {
        byte[] dump = new byte[8 << 20];
        new Random(5).NextBytes(dump);
        for (int at = 0; at < dump.Length; at += 0x1000)
            dump[at] = 0xE9;
        Samples.Bytes("esp32/esp32.bin").CopyTo(dump, 0x1_0000);
        Assert.Equal([0x1_0000], Found(s_esp32, dump));
        Assert.Empty(Found(s_esp8266, dump));
    }

    [Fact]
    public void A_program_is_known_by_its_texts()
    {
        byte[] image = Samples.Bytes("esp32/esp32.bin");
        Encoding.ASCII.GetBytes("ESPHome version 2024.6\0").CopyTo(image, 0x100);
        Encoding.ASCII.GetBytes("1.2.3\0").CopyTo(image, 0x30);
        Encoding.ASCII.GetBytes("kitchen-plug\0").CopyTo(image, 0x50);
        Finding finding = s_esp32.Read(Samples.Unclaimed(s_esp32.Rewrite(Samples.Claimed(image))!))!;
        Assert.Equal(("ESPHome", "1.2.3", "kitchen-plug"), (finding["firmware"], finding[FactName.Version], finding[FactName.Name]));
        Assert.Empty(finding.Flaws);
    }

    [Fact]
    public void A_header_set_to_more_flash_than_there_is_does_not_suit()
    {
        Finding finding = s_esp32.Read(Samples.Claimed(Samples.Bytes("esp32/esp32.bin")))!;
        Assert.Equal(4L << 20, finding["flash_size"]);
        Assert.Equal([FlawCode.BeyondFlash], s_esp32.Compare(finding, new() { FlashSize = 2 << 20 }).Select(f => f.Code));
        Assert.Equal([FlawCode.TooLarge], s_esp32.Compare(finding, new() { LargestApp = finding.Length - 1 }).Select(f => f.Code));
        Assert.Empty(s_esp32.Compare(finding, new() { FlashSize = 4 << 20, LargestApp = finding.Length, Chip = "esp32" }));
    }

    private static List<int> Found<T>(T format, byte[] dump)
        where T : IScansItself
    {
        List<int> places = [];
        format.Candidates(dump, places);
        return [.. places.Where(p => format.Read(new FormatInput(dump, p, dump.Length, new ReadBudget())) is not null)];
    }

    private static (string?, Confidence) Kind(Finding finding) => (finding.Variant, finding.Confidence);

    private static byte[] Unpacked()
    {
        using GZipStream packed = new(new MemoryStream(Samples.Bytes("esp8266/tasmota-style.bin.gz")), CompressionMode.Decompress);
        using MemoryStream plain = new();
        packed.CopyTo(plain);
        return plain.ToArray();
    }

    /// <summary>ea 04, 0x80 bytes of mapped flash at 0x10, the second header at 0x90, one segment of 16 bytes at 0xa0, checksum at 0xbf.</summary>
    private static byte[] Mapped()
    {
        byte[] image = new byte[0xC0];
        image.AsSpan(0x10, 0x80).Fill(0x5A);
        ((byte[])[0xEA, 4, 0, 0x20]).CopyTo(image, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(4), 0x4010_0004);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0xC), 0x80);
        ((byte[])[0xE9, 1, 0, 0x20]).CopyTo(image, 0x90);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x94), 0x4010_0004);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x98), 0x4010_0000);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x9C), 0x10);
        for (int i = 0; i < 16; i++)
            image[0xA0 + i] = (byte)(i * 7);
        byte sum = 0xEF;
        foreach (byte b in image.AsSpan(0xA0, 16))
            sum ^= b;
        image[0xBF] = sum;
        return image;
    }
}
