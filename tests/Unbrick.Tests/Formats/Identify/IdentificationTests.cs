using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Unbrick.Formats;
using Unbrick.Formats.Identify;

namespace Unbrick.Tests.Formats.Identify;

/// <summary>Packed files are looked into, names are read, and what wants to do harm is refused.</summary>
public sealed class IdentificationTests
{
    private const string VendorName = "Archer_MR200(EU)_V1_160905_1476936302791w";

    private static readonly byte[] s_kernel = Samples.Bytes("uimage/lzma-kernel.bin");

    [Fact]
    public void A_vendors_zip_is_what_its_firmware_is()
    {
        byte[] zip = Zip(("How to upgrade.pdf", new byte[90_000]), ($"{VendorName}/{VendorName}.bin", s_kernel), ("GPL.txt", new byte[10]));
        Identification file = Identification.Of($"downloads/{VendorName}.zip", zip);
        Finding tile = Assert.Single(file.Findings);
        Assert.Equal(("uimage", "zip", zip.Length, Verdict.Ok), (tile.Format, tile.Variant, tile.Length, tile.Verdict));
        Assert.Equal($"{VendorName}.bin", tile["member"]);
        Assert.Equal(s_kernel.Length, file.Inner!.Size);
        Assert.Equal(("Archer MR200", "EU", "1", new DateOnly(2016, 9, 5)), (file.Says.Model, file.Says.Region, file.Says.HardwareVersion, file.Says.Date));
    }

    [Fact]
    public void The_known_file_in_an_archive_goes_before_a_larger_unknown_one()
    {
        byte[] notes = new byte[s_kernel.Length * 2];
        new Random(3).NextBytes(notes);
        Assert.Equal("uimage", Identification.Of("a.zip", Zip(("notes.bin", notes), ("kernel.bin", s_kernel))).Main!.Format);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\x.bin")]
    [InlineData("C:\\x.bin")]
    public void A_name_that_leads_out_of_the_folder_is_refused(string name)
    {
        Finding tile = Assert.Single(Identification.Of("a.zip", Zip((name, s_kernel))).Findings);
        Assert.Equal(("zip", Verdict.Bad), (tile.Format, tile.Verdict));
        Assert.Equal(FlawCode.UnsafeName, Assert.Single(tile.Flaws).Code);
    }

    [Fact]
    public void A_bomb_is_refused_before_it_goes_off()
    {
        Finding tile = Assert.Single(Identification.Of("a.zip", Zip(("x.bin", new byte[65 << 20]))).Findings);
        Assert.Equal(FlawCode.Bomb, Assert.Single(tile.Flaws).Code);
    }

    [Fact]
    public void A_zip_that_ends_early_is_damaged()
    {
        byte[] zip = Zip(("kernel.bin", s_kernel));
        Finding tile = Assert.Single(Identification.Of("a.zip", zip.AsMemory(0, zip.Length / 2)).Findings);
        Assert.Equal(("zip", FlawCode.Structure), (tile.Format, Assert.Single(tile.Flaws).Code));
    }

    [Fact]
    public void Archives_in_archives_are_opened_a_few_levels_and_no_deeper()
    {
        byte[] packed = s_kernel;
        for (int i = 0; i < 3; i++)
            packed = Zip(("x.bin", packed));
        Assert.Equal("uimage", Identification.Of("a.zip", packed).Main!.Format);
        Assert.Null(Identification.Of("a.zip", Zip(("x.bin", packed))).Inner?.Inner?.Inner?.Inner);
    }

    [Fact]
    public void A_tar_is_looked_into()
    {
        using MemoryStream tar = new();
        using (TarWriter writer = new(tar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "readme.txt") { DataStream = new MemoryStream(Encoding.ASCII.GetBytes("hello")) });
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "kernel.bin") { DataStream = new MemoryStream(s_kernel) });
        }
        Finding tile = Assert.Single(Identification.Of("a.tar", tar.ToArray()).Findings);
        Assert.Equal(("uimage", "tar"), (tile.Format, tile.Variant));
    }

    [Fact]
    public void A_gzip_of_a_firmware_is_that_firmware_and_a_gzip_of_anything_else_is_a_gzip()
    {
        Identification file = Identification.Of("kernel.bin.gz", Gzip(s_kernel));
        Finding tile = Assert.Single(file.Findings);
        Assert.Equal(("uimage", "gz", "kernel.bin"), (tile.Format, tile.Variant, file.Inner!.Name));
        byte[] noise = new byte[5000];
        new Random(1).NextBytes(noise);
        Assert.Equal("comp", Identification.Of("noise.gz", Gzip(noise)).Main!.Format);
    }

    [Theory]
    [InlineData("openwrt-23.05.3-ramips-mt7621-xiaomi_mi-router-4a-gigabit-squashfs-sysupgrade.bin", "xiaomi mi-router-4a-gigabit", FileKind.Sysupgrade)]
    [InlineData("openwrt-ath79-generic-tplink_archer-c7-v2-initramfs-kernel.bin", "tplink archer-c7-v2", FileKind.Initramfs)]
    [InlineData("ArcherC7v2_tp_recovery.bin", "ArcherC7", FileKind.Recovery)]
    [InlineData("x.bin", null, FileKind.Unknown)]
    public void A_name_says_what_the_file_is_for(string name, string? model, FileKind purpose)
    {
        FirmwareFileName said = FirmwareFileName.Parse(name);
        Assert.Equal((model, purpose), (said.Model, said.Purpose));
    }

    [Fact]
    public void Nothing_at_all_is_nothing_known()
    {
        Identification file = Identification.Of("x", ReadOnlyMemory<byte>.Empty);
        Assert.Equal((null, 0L, FileKind.Unknown), (file.Main, file.Size, file.Kind));
    }

    private static byte[] Gzip(byte[] plain)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Fastest))
            stream.Write(plain);
        return packed.ToArray();
    }

    private static byte[] Zip(params ReadOnlySpan<(string Name, byte[] Bytes)> files)
    {
        using MemoryStream packed = new();
        using (ZipArchive archive = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in files)
            {
                using Stream entry = archive.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(bytes);
            }
        }
        return packed.ToArray();
    }
}
