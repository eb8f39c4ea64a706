using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Unbrick.Core;
using Unbrick.Formats;
using Unbrick.Formats.OpenWrt;
using Unbrick.Formats.TpLink;
using Unbrick.Formats.Vendors;

namespace Unbrick.Tests.Cli;

/// <summary>From factory to sysupgrade image and back: what is made is compared with bytes put together here, and checked for its device.</summary>
public sealed class ImageConvertTests : IDisposable
{
    private const int Header = 0x200, Block = 0x1_0000, Kernel = 0x2328;
    private const string C7 = "tplink_archer-c7-v5", C50 = "tplink_archer-c50-v1", Wnr = "netgear_wnr2000-v3", Dir = "dlink_dir-842-c3";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-convert-");
    private readonly StoryConsole _console = new();

    private static byte[] C7Factory => File.ReadAllBytes(Repository.PathOf("samples/safeloader/archer-c7-v5-factory.bin"));

    [Fact]
    public async Task A_safeloader_factory_image_becomes_what_its_boot_loader_lays_into_the_flash()
    {
        byte[] factory = C7Factory;
        Assert.Equal(ExitCode.Done, await Build("safeloader-sysupgrade-from-factory", [factory], C7));

        byte[] firmware = [.. factory.AsSpan(0x1014 + 0x1227, Kernel), .. Erased(Block - Kernel), .. factory.AsSpan(0x1014 + 0x354f, 0x1_0004)];
        AssertSysupgrade(firmware, "tplink,archer-c7-v5", "archer-c7-v5");
        await AssertTaken(C7, "sysupgrade");
    }

    [Fact]
    public async Task And_the_same_safeloader_factory_image_again()
    {
        await Build("safeloader-sysupgrade-from-factory", [C7Factory], C7);
        byte[] sysupgrade = Made();
        Assert.Equal(ExitCode.Done, await Build("safeloader-factory-from-sysupgrade", [C7Factory, sysupgrade], C7));
        Assert.Equal(C7Factory, Made());
        await AssertTaken(C7, "web");
    }

    [Fact]
    public async Task A_sysupgrade_image_with_its_root_file_system_elsewhere_is_not_forced_into_a_safeloader_image()
    {
        byte[] loose = File.ReadAllBytes(Repository.PathOf("samples/safeloader/archer-c7-v5-sysupgrade.bin"));
        byte[] sysupgrade = FwTool.Append(loose, """{"metadata_version":"1.1","compat_version":"1.0","supported_devices":["tplink,archer-c7-v5"]}""");
        Assert.Equal(ExitCode.BadImage, await Build("safeloader-factory-from-sysupgrade", [C7Factory, sysupgrade], C7));
        Assert.Equal("offset-range", Refused());
        Assert.Contains("0x2328 behind the kernel", _console.OutLines[^1]);
    }

    [Fact]
    public async Task Nothing_is_made_of_another_devices_image_or_a_damaged_one()
    {
        Assert.Equal(ExitCode.BadImage, await Build("safeloader-sysupgrade-from-factory", [C7Factory], "tplink_archer-c60-v1"));
        Assert.Equal("wrong-hwid", Refused());
        byte[] damaged = C7Factory;
        damaged[0x5000] ^= 1;
        Assert.Equal(ExitCode.BadImage, await Build("safeloader-sysupgrade-from-factory", [damaged], C7));
        Refused();
    }

    [Fact]
    public async Task The_order_of_two_files_does_not_matter()
    {
        await Build("safeloader-sysupgrade-from-factory", [C7Factory], C7);
        Assert.Equal(ExitCode.Done, await Build("safeloader-factory-from-sysupgrade", [Made(), C7Factory], C7));
        Assert.Equal(C7Factory, Made());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_second_tplink_header_is_padded_and_stripped_like_the_first(int version)
    {
        const int whole = 0x7a_0000, used = 0x4_1234;
        byte[] content = Noise(version, used), factory = Second(version, [.. content, .. Erased(whole - Header - used)], whole);
        Assert.Equal(ExitCode.Done, await Build("tplink-sysupgrade-from-factory", [factory], C50));

        byte[] stripped = Second(version, [.. content, .. Erased(0x5_0000 - Header - used)], whole);
        AssertSysupgrade(stripped, "tplink,archer-c50-v1", "c50");
        await AssertTaken(C50, "sysupgrade");

        Assert.Equal(ExitCode.Done, await Build("tplink-factory-from-sysupgrade", [Made()], C50));
        Assert.Equal(factory, Made());
        await AssertTaken(C50, "web");
    }

    [Fact]
    public async Task A_factory_image_for_the_tftp_recovery_of_the_archer_c7_is_made_of_its_sysupgrade_image()
    {
        const int whole = 0xf8_0000, used = 0x4_1234;
        TpLinkV1Header header = new(
            TpLinkV1Header.Version1, 0xc700_0002, 1, 0, 0x8006_0000, 0x8006_0000, whole, Header, 0x2_0000, Header + 0x2_0000, 0x2_0000, 0, 0, 0, 0, 0);
        byte[] content = Noise(1, used), stripped = TpLinkV1.Write(header, content);
        byte[] sysupgrade = FwTool.Append(stripped, """{"metadata_version":"1.1","compat_version":"1.0","supported_devices":["tplink,archer-c7-v2"]}""");
        Assert.Equal(ExitCode.Done, await Build("tplink-factory-from-sysupgrade", [sysupgrade], "archer-c7-v2"));
        Assert.Equal(TpLinkV1.Write(header, [.. content, .. Erased(whole - Header - used)]), Made());
        await AssertTaken("archer-c7-v2", "tftp");
    }

    [Fact]
    public async Task A_vendors_signed_image_is_left_alone()
    {
        byte[] signed = Second(3, Noise(1, 0x4_0000), 0x7a_0000);
        signed[0x100] = 1;
        signed = new TpLinkV3().Rewrite(new FormatInput(signed, 0, signed.Length, new ReadBudget()) { AtStart = true, Claimed = true })!;
        Assert.Equal(ExitCode.BadImage, await Build("tplink-sysupgrade-from-factory", [signed], C50));
        Assert.Equal("signature-untrusted", Refused());
    }

    [Fact]
    public async Task What_netgears_recovery_writes_of_a_dni_image_is_the_sysupgrade_image()
    {
        byte[] content = Noise(7, 0x5_0000), head = new byte[128];
        "device:WNR2000V3\nversion:VOpenWrt.r1\nregion:\nhd_id:29763551+04+32\n"u8.CopyTo(head);
        byte[] factory = [.. head, .. content, 0];
        factory[^1] = (byte)(0xFF - factory.Sum(b => b));
        Assert.Equal(ExitCode.Done, await Build("sysupgrade-from-factory", [factory], Wnr));
        AssertSysupgrade(content, "netgear,wnr2000-v3", "wnr2000-v3");
        await AssertTaken(Wnr, "sysupgrade");
    }

    [Theory]
    [InlineData("netgear_ex3700", "U12H319T00_NETGEAR", "netgear,ex3700", "ex3700")]
    [InlineData("netgear_ex6120", "U12H319T30_NETGEAR", "netgear,ex6120")]
    [InlineData("netgear_ex6130", "U12H319T50_NETGEAR", "netgear,ex6130")]
    public async Task What_netgears_recovery_writes_of_a_chk_image_is_the_sysupgrade_image(string device, string board, params string[] boards)
    {
        byte[] content = Noise(10, 0x5_0000), factory = Chk(board, content);
        Assert.Equal(ExitCode.Done, await Build("sysupgrade-from-factory", [factory], device));
        AssertSysupgrade(content, boards);
        await AssertTaken(device, "sysupgrade");

        // What is in the file, put back into a container for the board, is the file that it came from.
        byte[] sysupgrade = Made();
        Assert.Equal(factory, Chk(board, sysupgrade[..content.Length]));
        // The recipe itself goes only one way, and not for another board or a container that is not whole.
        Assert.Equal(ExitCode.BadImage, await Build("sysupgrade-from-factory", [sysupgrade], device));
        Assert.Equal("wrong-kind", Refused());
        Assert.Equal(ExitCode.BadImage, await Build("sysupgrade-from-factory", [Chk("U12H270T00_NETGEAR", content)], device));
        Assert.Equal("wrong-board", Refused());
        factory[^1] ^= 1;
        Assert.Equal(ExitCode.BadImage, await Build("sysupgrade-from-factory", [factory], device));
        Refused();
    }

    /// <summary>The vendor's own files have kernel and root file system each for itself, one behind the other.</summary>
    [Fact]
    public async Task Both_parts_of_a_chk_image_are_taken()
    {
        byte[] kernel = Noise(11, 0x3_0001), rootfs = Noise(12, 0x2_0000);
        Assert.Equal(ExitCode.Done, await Build("sysupgrade-from-factory", [Chk("U12H319T00_NETGEAR", kernel, rootfs)], "netgear_ex3700"));
        AssertSysupgrade([.. kernel, .. rootfs], "netgear,ex3700", "ex3700");
    }

    [Fact]
    public async Task Of_a_sealed_seama_image_the_seal_is_taken_off_and_the_entity_stays()
    {
        byte[] content = Noise(8, 0x5_0000), meta = Meta("dev=/dev/mtdblock/5\0type=firmware\0"), seal = Meta("signature=wrgac65_dlink.2015_dir842\0");
        byte[] entity = [.. Entity(meta.Length, content.Length), .. new byte[SeamaEntity.DigestSize], .. meta, .. content];
        entity = new Seama().Rewrite(new FormatInput(entity, 0, entity.Length, new ReadBudget()) { AtStart = true, Claimed = true })!;
        Assert.Equal(ExitCode.Done, await Build("sysupgrade-from-factory", [[.. Entity(seal.Length, 0), .. seal, .. entity]], Dir));
        AssertSysupgrade(entity, "dlink,dir-842-c3");
        await AssertTaken(Dir, "sysupgrade");
    }

    [Theory]
    [InlineData("netgear_wndr3700-v4", "wrong-kind")] // sysupgrade is a tar
    [InlineData("netgear_ex6150", "metadata-missing")] // compatibility version 1.1
    public async Task What_cannot_be_told_from_the_factory_image_is_not_made_up(string device, string code)
    {
        byte[] content = Noise(9, 0x2_0000), factory = code == "wrong-kind" ? Dni("WNDR3700v4", content) : Chk("U12H318T00_NETGEAR", content);
        Assert.Equal(ExitCode.BadImage, await Build("sysupgrade-from-factory", [factory], device));
        Assert.Equal(code, Refused());
    }

    [Fact]
    public async Task A_container_without_a_device_or_of_xiaomi_is_refused()
    {
        byte[] factory = Dni("WNR2000V3", Noise(1, 0x1_0000));
        Assert.Equal(ExitCode.BadImage, await Build("sysupgrade-from-factory", [factory], null));
        Assert.False(File.Exists(At("out.bin")));
        string xiaomi = Directory.EnumerateFiles(Repository.PathOf("samples/xiaomi-hdr1"), "*.bin").Order().First();
        Assert.Equal(ExitCode.BadImage, await Build("sysupgrade-from-factory", [await File.ReadAllBytesAsync(xiaomi, TestContext.Current.CancellationToken)], Wnr));
        Refused();
    }

    public void Dispose()
    {
        _console.Dispose();
        _folder.Delete(recursive: true);
    }

    private static byte[] Second(int version, byte[] payload, int whole)
    {
        TpLinkV2Header header = new(
            0, 0xc750_0001, 69, 0, 0x8000_0000, 0x8000_0000, (uint)whole, Header, 0x2_0000, Header + 0x2_0000, 0x2_0000, 0, 0);
        return version == 2 ? TpLinkV2.Write(header, payload) : TpLinkV3.Write(header, payload);
    }

    private static byte[] Dni(string board, byte[] content)
    {
        byte[] head = new byte[128];
        Encoding.ASCII.GetBytes($"device:{board}\nversion:VOpenWrt.r1\nregion:\n", head);
        byte[] image = [.. head, .. content, 0];
        image[^1] = (byte)(0xFF - image.Sum(b => b));
        return image;
    }

    private static byte[] Chk(string board, byte[] content, params byte[] rootfs)
    {
        byte[] head = new byte[0x28 + board.Length];
        "*#$^"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), head.Length);
        head[8] = 1;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(0x18), content.Length);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(0x1C), rootfs.Length);
        Encoding.ASCII.GetBytes(board, head.AsSpan(0x28));
        byte[] image = [.. head, .. content, .. rootfs];
        return new NetgearChk().Rewrite(new FormatInput(image, 0, image.Length, new ReadBudget()) { AtStart = true, Claimed = true })!;
    }

    private static byte[] Entity(int meta, int image)
    {
        byte[] head = new byte[SeamaEntity.Size];
        new SeamaEntity(SeamaEntity.UsualMagic, 0, (ushort)meta, (uint)image).Write(head);
        return head;
    }

    private static byte[] Meta(string text) => [.. Encoding.ASCII.GetBytes(text), .. new byte[(4 - (text.Length % 4)) % 4]];

    private static byte[] Erased(int size)
    {
        byte[] bytes = new byte[size];
        bytes.AsSpan().Fill(0xFF);
        return bytes;
    }

    private static byte[] Noise(int seed, int size)
    {
        byte[] bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private byte[] Made() => File.ReadAllBytes(At("out.bin"));

    /// <summary>The payload, then metadata as fwtool puts them there, with these boards and nothing that nobody knows.</summary>
    private void AssertSysupgrade(byte[] payload, params string[] boards)
    {
        string names = string.Join(',', boards.Select(b => $"\"{b}\""));
        string json = $$"""{"metadata_version":"1.1","compat_version":"1.0","supported_devices":[{{names}}]}""";
        Assert.Equal(FwTool.Append(payload, json), Made());
    }

    private async Task AssertTaken(string device, string way)
    {
        int exit = await _console.RunAsync("image", "check", At("out.bin"), "--for", device, "--way", way, "--json");
        Assert.True(exit == ExitCode.Done || way == "web" && exit == 1, _console.OutLines[^1]);
    }

    /// <summary>The code of what refused.</summary>
    private string Refused()
    {
        Assert.False(File.Exists(At("out.bin")));
        JsonElement result = JsonElement.Parse(_console.OutLines[^1]);
        return result.GetProperty("checks").EnumerateArray().First(c => !c.GetProperty("holds").GetBoolean()).GetProperty("code").GetString()!;
    }

    private Task<int> Build(string recipe, byte[][] inputs, string? device)
    {
        File.Delete(At("out.bin"));
        string[] paths = [.. inputs.Select((_, i) => At($"{i}.bin"))];
        for (int i = 0; i < inputs.Length; i++)
            File.WriteAllBytes(paths[i], inputs[i]);
        return _console.RunAsync(["image", "build", recipe, .. paths, "-o", At("out.bin"), "--json", .. device is null ? Array.Empty<string>() : ["--for", device]]);
    }
}
