using System.IO.Compression;
using System.Text;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Esp;
using Unbrick.Tests.Sim.Esp;

namespace Unbrick.Tests.Recovery.Esp;

public sealed class EspFirmwareFileTests
{
    private static readonly byte[] s_image = Unpacked();

    [Fact]
    public void Tasmota_is_taken_packed_or_not()
    {
        byte[] packed = File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "esp8266", "tasmota-style.bin.gz"));

        foreach (byte[] file in (byte[][])[packed, s_image])
        {
            EspFirmwareFile opened = EspFirmwareFile.Open("tasmota.bin", file);
            Assert.Equal(("esp8266", EspFileKind.Factory), (opened.Family, opened.Kind));
            Assert.True(opened.Bytes.Span.SequenceEqual(s_image));
        }
    }

    public static TheoryData<string, byte[], string> Refused => new()
    {
        { "empty", [], "esp-image-kind" },
        { "elf", [0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0, .. new byte[100]], "esp-image-kind" },
        { "page", Encoding.ASCII.GetBytes("<!DOCTYPE html><html><head><title>404</title></head></html>"), "esp-image-kind" },
        { "text", Encoding.ASCII.GetBytes("Not found\n"), "esp-image-kind" },
        { "zeros", new byte[5000], "esp-image-kind" },
        { "zeros, as long as a chip", new byte[1 << 20], "esp-image-kind" },
        { "cut and packed", Packed()[..1000], "esp-image-damaged" },
        { "cut behind its loader", EspImages.Arduino("tasmota", 3, 0x2_0000)[..0x1_0101], "esp-image-damaged" },
        { "cut behind its loader to the length of a chip", EspImages.Arduino("tasmota", 3, 0x6_0000)[..0x4_0000], "esp-image-damaged" },
        { "changed behind its loader", Changed(EspImages.Arduino("tasmota", 3, 0x2_1000), 0x9000), "esp-image-damaged" },
        { "cut", s_image[..(s_image.Length / 2)], "esp-image-damaged" },
        { "changed", [.. s_image[..500], (byte)(s_image[500] ^ 1), .. s_image[501..]], "esp-image-damaged" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_start_is_refused_before_anything_is_sent(string name, byte[] file, string code)
    {
        UnbrickException refused = Assert.Throws<UnbrickException>(() => EspFirmwareFile.Open(name, file));

        Assert.Equal((code, ExitCode.BadImage), (refused.Problem.Code, refused.ExitCode));
    }

    [Fact]
    public void Containers_of_Tuya_are_refused_by_name()
    {
        foreach (string folder in (string[])["tuya-ug", "tuya-esp8266"])
        {
            foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "samples", folder)))
                Assert.StartsWith("esp-image", Assert.Throws<UnbrickException>(() => EspFirmwareFile.Open(file, File.ReadAllBytes(file))).Problem.Code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_blank_chip_may_be_asked_for() => Assert.True(EspFirmwareFile.Open("blank.bin", Enumerable.Repeat((byte)0xFF, 1 << 20).ToArray()).IsBlank);

    private static byte[] Changed(byte[] image, int at)
    {
        image[at] ^= 1;
        return image;
    }

    private static byte[] Packed() => File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "esp8266", "tasmota-style.bin.gz"));

    private static byte[] Unpacked()
    {
        using FileStream file = File.OpenRead(Path.Combine(Repository.Root, "samples", "esp8266", "tasmota-style.bin.gz"));
        using GZipStream unpacked = new(file, CompressionMode.Decompress);
        using MemoryStream bytes = new();
        unpacked.CopyTo(bytes);
        return bytes.ToArray();
    }
}
