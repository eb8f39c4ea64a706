using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>
/// Files made by the tools that everybody makes them with are recognised as whole; the same with one bit changed where a checksum, a hash or
/// the structure tells are not.
/// </summary>
public sealed class ImageToolTests : IDisposable
{
    private const int WrongImage = 6;

    /// <summary>A place that stands in the superblock of a squashfs; its packed bytes begin there.</summary>
    private const int InodeTable = -1;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Scratch _scratch = new();

    public static TheoryData<string, string, int> Kinds => new()
    {
        // What it is, the program that makes it, where a bit is changed: in the payload, or in the structure of what has no checksum.
        { "uimage", "mkimage", 0x1000 },
        { "fit", "mkimage", 0x1000 },
        { "squashfs", "mksquashfs", InodeTable },
        { "ubi", "ubinize", 0x4_2000 }, // behind the two blocks of the volume table
        { "jffs2", "mkfs.jffs2", 0x1000 },
        { "dtb", "dtc", 0x38 },
        { "uboot-env", "mkenvimage", 0x10 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_tool_made_is_whole_and_with_another_bit_it_is_not(string format, string tool, int damage)
    {
        Needs.Programs(tool, "dtc");
        string file = await MakeAsync(format);
        (JsonElement whole, int exit) = await IdentifyAsync(file);
        Assert.Equal((format, "ok", 0), (whole.Text("format"), whole.Text("verdict"), exit));

        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[damage == InodeTable ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(0x40)) + 0x40 : damage] ^= 0x10;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        (JsonElement damaged, exit) = await IdentifyAsync(file);
        Assert.Equal((format, "bad", WrongImage), (damaged.Text("format"), damaged.Text("verdict"), exit));
        Assert.True(damaged.GetProperty("reasons").GetArrayLength() > 0, damaged.GetRawText());
    }

    [Fact]
    public async Task Name_and_addresses_of_a_kernel_are_those_that_dumpimage_shows()
    {
        Needs.Programs("mkimage", "dumpimage");
        string file = await MakeAsync("uimage");
        (JsonElement found, _) = await IdentifyAsync(file);
        Ended shown = await ToolAsync("dumpimage", "-l", file);
        JsonElement fields = found.GetProperty("fields");
        Assert.Contains($"Image Name:   {fields.Text("name")}\n", shown.Output);
        Assert.Contains($"Load Address: {fields.GetProperty("load").GetUInt32():x8}\n", shown.Output);
        Assert.Contains($"Entry Point:  {fields.GetProperty("entry").GetUInt32():x8}\n", shown.Output);
    }

    [Fact]
    public async Task A_file_system_is_as_long_as_unsquashfs_says_and_has_as_many_inodes()
    {
        Needs.Programs("mksquashfs", "unsquashfs");
        string file = await MakeAsync("squashfs");
        (JsonElement found, _) = await IdentifyAsync(file);
        Ended shown = await ToolAsync("unsquashfs", "-s", file);
        JsonElement fields = found.GetProperty("fields");
        Assert.Contains($"Filesystem size {found.GetProperty("length").GetInt64()} bytes", shown.Output);
        Assert.Contains($"Compression {fields.Text("comp")}\n", shown.Output);
        Assert.Contains($"Number of inodes {fields.GetProperty("inodes").GetInt32()}\n", shown.Output);
    }

    [Fact]
    public async Task A_file_system_that_ubinize_laid_in_blocks_is_put_together()
    {
        Needs.Programs("mksquashfs", "ubinize");
        string squashfs = await MakeAsync("squashfs"), made = _scratch.Beside("made.ubi");
        string volume = $"[v]\nmode=ubi\nimage={squashfs}\nvol_id=0\nvol_type=dynamic\nvol_name=rootfs\nvol_size=1MiB\n";
        await ToolAsync("ubinize", "-p", "16KiB", "-m", "512", "-o", made, Text("rootfs.ini", volume));
        (JsonElement ubi, _) = await IdentifyAsync(made);
        JsonElement inPieces = ubi.GetProperty("volumes")[0];
        Assert.True(inPieces.GetProperty("pieces").GetArrayLength() > 4, inPieces.GetRawText());
        JsonElement found = inPieces.GetProperty("findings")[0];
        Assert.Equal(("squashfs", "ok"), (found.Text("format"), found.Text("verdict")));
        (JsonElement alone, _) = await IdentifyAsync(squashfs);
        Assert.Equal(alone.GetProperty("length").GetInt64(), found.GetProperty("length").GetInt64());
        Assert.Equal(alone.GetProperty("fields").GetRawText(), found.GetProperty("fields").GetRawText());
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("xz", true)]
    [InlineData("lzo", false)]
    [InlineData("lz4", false)]
    [InlineData("zstd", false)]
    public async Task Every_file_of_a_file_system_is_proven_and_what_unsquashfs_cannot_read_is_told(string compression, bool hasChecks)
    {
        Needs.Programs("mksquashfs", "unsquashfs");
        _scratch.Serve("payload", Text(700_000));
        string made = _scratch.Beside("made.bin");
        await ToolAsync("mksquashfs", _scratch.Root, made, "-comp", compression, "-noappend", "-quiet", "-no-progress", "-no-xattrs");
        (JsonElement whole, int exit) = await IdentifyAsync(made, "--deep");
        Assert.Equal(("squashfs", "ok", 0), (whole.Text("format"), whole.Text("verdict"), exit));
        Assert.True(whole.GetProperty("fields").GetProperty("all_blocks_proven").GetBoolean());
        Assert.InRange(whole.GetProperty("fields").GetProperty("proven_blocks").GetInt32(), 6, 7); // 700,000 bytes, 128 KiB each

        byte[] bytes = await File.ReadAllBytesAsync(made, TestContext.Current.CancellationToken);
        bytes.AsSpan(40_000, 64).Fill(0xFF);
        await File.WriteAllBytesAsync(made, bytes, TestContext.Current.CancellationToken);
        Ended unpacked = await Peer.RunAsync(["unsquashfs", "-d", _scratch.Beside("out"), "-no-progress", "-no-xattrs", made], s_limit, _scratch.Environment);
        bool unreadable = unpacked.Output.Contains("failed", StringComparison.Ordinal) || unpacked.Errors.Contains("failed", StringComparison.Ordinal);
        (JsonElement damaged, _) = await IdentifyAsync(made, "--deep");
        Assert.True(unreadable || !hasChecks, unpacked.ToString());
        Assert.Equal(unreadable ? "bad" : "ok", damaged.Text("verdict"));
        if (unreadable)
            Assert.Contains("/payload: ", damaged.GetProperty("flaws")[0].Text("seen"));
    }

    public void Dispose() => _scratch.Dispose();

    private async Task<string> MakeAsync(string format)
    {
        string payload = _scratch.Serve("payload", Text(200_000)), made = _scratch.Beside("made.bin");
        switch (format)
        {
            case "uimage":
                string[] kind = ["-A", "mips", "-O", "linux", "-T", "kernel", "-C", "none", "-a", "0x80001000", "-e", "0x80001400"];
                await ToolAsync("mkimage", [.. kind, "-n", "MIPS test kernel", "-d", payload, made]);
                break;
            case "fit":
                await ToolAsync("mkimage", "-f", Text("image.its", Tree(payload)), made);
                break;
            case "squashfs":
                for (int i = 0; i < 200; i++) // so many that their table is worth packing
                    _scratch.Serve($"file-{i}", Text(10 + i));
                await ToolAsync("mksquashfs", _scratch.Root, made, "-comp", "xz", "-noappend", "-quiet", "-no-progress", "-no-xattrs");
                break;
            case "ubi":
                string volume = $"[v]\nmode=ubi\nimage={payload}\nvol_id=0\nvol_type=static\nvol_name=kernel\nvol_size=256KiB\n";
                await ToolAsync("ubinize", "-p", "128KiB", "-m", "2048", "-o", made, Text("ubi.ini", volume));
                break;
            case "jffs2":
                await ToolAsync("mkfs.jffs2", "-r", _scratch.Root, "-o", made, "-e", "64KiB", "-l", "-n");
                break;
            case "dtb":
                await ToolAsync("dtc", "-O", "dtb", "-o", made, Text("board.dts", """/dts-v1/; / { compatible = "acme,board"; model = "Acme"; };"""));
                break;
            case "uboot-env":
                await ToolAsync("mkenvimage", "-s", "0x1000", "-o", made, Text("env.txt", "bootdelay=1\nbootcmd=tftp\nipaddr=192.168.1.1\n"));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, null);
        }
        return made;
    }

    private static string Tree(string payload) => $$"""
        /dts-v1/;
        / {
            description = "test"; #address-cells = <1>;
            images {
                kernel-1 {
                    description = "kernel"; data = /incbin/("{{payload}}"); type = "kernel"; arch = "arm"; os = "linux";
                    compression = "none"; load = <0x40008000>; entry = <0x40008000>;
                    hash-1 { algo = "sha256"; };
                };
            };
            configurations { default = "only"; only { description = "the only one"; kernel = "kernel-1"; }; };
        };
        """;

    /// <summary>Digits: what can be packed, so that a packing file system packs it.</summary>
    private static byte[] Text(int size)
    {
        byte[] half = new byte[size / 2];
        new Random(size).NextBytes(half);
        return Encoding.ASCII.GetBytes(Convert.ToHexString(half));
    }

    private string Text(string name, string content)
    {
        string path = _scratch.Beside(name);
        File.WriteAllText(path, content, Encoding.ASCII);
        return path;
    }

    private async Task<Ended> ToolAsync(string program, params string[] words)
    {
        Ended ended = await Peer.RunAsync([program, .. words], s_limit, _scratch.Environment);
        Assert.True(ended.ExitCode == 0, $"{program}: {ended}");
        return ended;
    }

    private async Task<(JsonElement Outermost, int Exit)> IdentifyAsync(string file, params string[] options)
    {
        Ended ended = await Peer.RunAsync([Paths.Unbrick, "identify", file, "--json", .. options], s_limit, _scratch.Environment);
        JsonElement result = JsonLines.Parse(ended.Output)[^1];
        return (result.GetProperty("findings")[0], ended.ExitCode);
    }
}
