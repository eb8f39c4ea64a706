using System.Text;
using System.Text.Json;
using Unbrick.Core;
using Unbrick.Formats.Flash;
using Unbrick.Formats.Kernel;
using Unbrick.Formats.TpLink;
using Crc32 = Unbrick.Formats.Bytes.Crc32;

namespace Unbrick.Tests.Cli;

/// <summary>Every recipe that is no splice of the MR200, on files made here, compared with bytes put together without it.</summary>
public sealed class ImageBuildTests : IDisposable
{
    private const int Flash = 0x100_0000, EnvAt = 0x3_0000, EnvSize = 0x1000, FirmwareAt = 0x18_0000, BootLength = 0x2_0000, Header = 0x200;
    private const string Environment = "bootcmd=tftp\0bootdelay=0\0uart_en=0\0boot_wait=off\0ipaddr=192.168.31.1\0\0";
    private const string Xiaomi = "xiaomi_mi-router-4a-gigabit";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-build-");
    private readonly StoryConsole _console = new();

    [Fact]
    public async Task A_xiaomi_is_unlocked_in_its_environment_and_nowhere_else()
    {
        byte[] dump = Dump(1);
        Assert.Equal(ExitCode.Done, await Build("xiaomi-unlock", [dump]));

        byte[] made = Made(), changed = Env(Environment.Replace("bootdelay=0", "bootdelay=5").Replace("uart_en=0", "uart_en=1").Replace("=off", "=on"));
        Assert.Equal(changed, made[EnvAt..(EnvAt + EnvSize)]);
        Assert.Equal(dump[..EnvAt], made[..EnvAt]);
        Assert.Equal(dump[(EnvAt + EnvSize)..], made[(EnvAt + EnvSize)..]);
        string[] edits = [.. Result().GetProperty("edits").EnumerateArray().Select(e => e.GetProperty("why").GetString()!)];
        Assert.Contains(edits, why => why.Contains("uart_en 0 -> 1"));
        Assert.Contains(edits, why => why.Contains("CRC"));
    }

    [Fact]
    public async Task A_dump_of_another_make_is_not_unlocked()
    {
        byte[] dump = Dump(1);
        Env("bootcmd=tftp\0bootdelay=0\0\0").CopyTo(dump, EnvAt);
        dump.AsSpan(0x1000, 0x40).Clear();
        Assert.Equal(ExitCode.BadImage, await Build("xiaomi-unlock", [dump]));
        Assert.Equal("wrong-device", Refused());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Their_firmware_is_merged_with_all_else_of_mine(bool onlyTheImage)
    {
        byte[] mine = Dump(1), theirs = Dump(2);
        byte[] firmware = onlyTheImage ? theirs[FirmwareAt..(FirmwareAt + 0x9_0000)] : theirs;
        Assert.Equal(ExitCode.Done, await Build("merge-firmware-keep-mine", [mine, firmware], "--for", Xiaomi));

        byte[] expected = [.. mine[..FirmwareAt], .. theirs[FirmwareAt..]];
        if (onlyTheImage)
            expected.AsSpan(FirmwareAt + 0x9_0000).Fill(0xFF);
        Assert.Equal(expected, Made());
    }

    [Fact]
    public async Task A_merge_wants_a_map()
    {
        Assert.Equal(ExitCode.BadImage, await Build("merge-firmware-keep-mine", [Dump(1), Dump(2)]));
        Assert.False(File.Exists(At("out.bin")));
    }

    [Fact]
    public async Task A_factory_image_of_openwrt_becomes_a_sysupgrade_image_and_the_same_factory_image_again()
    {
        const int used = 0x8_3000, whole = 0x3c_0000;
        byte[] content = Payload(used), factory = FactoryImage(content, whole);
        Assert.Equal(ExitCode.Done, await Build("tplink-sysupgrade-from-factory", [factory]));
        byte[] sysupgrade = Made();
        Assert.Equal(0x9_0000, sysupgrade.Length);
        Assert.Equal(content, sysupgrade[Header..(Header + used)]);
        Assert.Equal(ExitCode.Done, await _console.RunAsync("identify", At("out.bin")));

        byte[] withMetadata = [.. sysupgrade, .. "{ }"u8, .. "FWx0"u8, 1, 2, 3, 4, 1, 0, 0, 0, 0, 0, 0, 19];
        Assert.Equal(ExitCode.Done, await Build("tplink-factory-from-sysupgrade", [withMetadata], "--force"));
        Assert.Equal(factory, Made());
    }

    [Fact]
    public async Task A_boot_image_is_cut_to_what_belongs_into_the_firmware_partition()
    {
        byte[] content = FactoryImage(Payload(0x9_0000), 0xa_0000), boot = Noise(3, BootLength);
        TpLinkV1Header header = FirstHeader(Header + BootLength + content.Length) with { BootLength = BootLength };
        byte[] image = TpLinkV1.Write(header, [.. boot, .. content]);
        Assert.Equal(ExitCode.Done, await Build("tplink-cut-boot", [image]));
        Assert.Equal(content, Made());
    }

    [Fact]
    public async Task An_image_without_a_boot_loader_is_not_cut()
    {
        Assert.Equal(ExitCode.BadImage, await Build("tplink-cut-boot", [FactoryImage(Payload(0x5000), 0x2_0000)]));
        Assert.Equal("unexpected-length", Refused());
        Assert.Contains("can be used as it is", _console.OutLines[^1]);
    }

    public void Dispose()
    {
        _console.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Like a flash of a Xiaomi R4A: boot loader, environment of 4 KiB in its sector, Bdata, factory, kernel and root file system.</summary>
    private static byte[] Dump(int seed)
    {
        byte[] flash = Noise(seed, Flash);
        flash.AsSpan(EnvAt, 0x1_0000).Fill(0xFF);
        "U-Boot 1.1.3 xiaoqiang uart_en"u8.CopyTo(flash.AsSpan(0x1000));
        flash.AsSpan(0x1020, 0x2_0000).Clear();
        Env(Environment).CopyTo(flash, EnvAt);
        Kernel(flash.AsSpan(FirmwareAt));
        return flash;
    }

    private static void Kernel(Span<byte> at)
    {
        const int size = 0x8_0000;
        uint data = Crc32.Zlib(at.Slice(UImageHeader.Size, size));
        UImageHeader header = new(UImageHeader.UsualMagic, 0, 0x57c0_0000, size, 0x8000_1000, 0x8000_1000, data, 5, 5, 2, 3);
        at[..UImageHeader.Size].Clear();
        header.Write(at);
        "MIPS OpenWrt Linux"u8.CopyTo(at[0x20..]);
        (header with { HeaderCrc = UImageHeader.CrcOf(at, UImageHeader.Size) }).Write(at);
    }

    private static byte[] Env(string text)
    {
        byte[] env = new byte[EnvSize];
        Encoding.ASCII.GetBytes(text, env.AsSpan(4));
        new UBootEnvironmentLayout(EnvSize, BigEndian: false, Redundant: false).Seal(env);
        return env;
    }

    /// <summary>Padded with FF to the whole length, as mktplinkfw makes it.</summary>
    private static byte[] FactoryImage(byte[] content, int whole)
    {
        byte[] padded = new byte[whole - Header];
        padded.AsSpan().Fill(0xFF);
        content.CopyTo(padded, 0);
        return TpLinkV1.Write(FirstHeader(whole), padded);
    }

    private static TpLinkV1Header FirstHeader(int length) => new(
        TpLinkV1Header.Version1, 0x0841_0008, 1, 0, 0x8006_0000, 0x8006_0000, (uint)length, Header, 0x3000, Header + 0x3000, 0x2000, 0, 0, 0, 0, 0);

    private static byte[] Payload(int size) => Noise(size, size);

    private static byte[] Noise(int seed, int size)
    {
        byte[] bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private byte[] Made() => File.ReadAllBytes(At("out.bin"));

    private JsonElement Result() => JsonElement.Parse(_console.OutLines[^1]);

    /// <summary>The code of what refused.</summary>
    private string Refused()
    {
        Assert.False(File.Exists(At("out.bin")));
        return Result().GetProperty("checks").EnumerateArray().First(c => !c.GetProperty("holds").GetBoolean()).GetProperty("code").GetString()!;
    }

    private Task<int> Build(string recipe, byte[][] inputs, params string[] options)
    {
        string[] paths = [.. inputs.Select((_, i) => At($"{i}.bin"))];
        for (int i = 0; i < inputs.Length; i++)
            File.WriteAllBytes(paths[i], inputs[i]);
        return _console.RunAsync(["image", "build", recipe, .. paths, "-o", At("out.bin"), "--json", .. options]);
    }
}
