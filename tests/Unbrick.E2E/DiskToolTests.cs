using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>File systems and disks made by the tools that SD cards are made with: kind, size, label, id and partitions are those that other programs read.</summary>
public sealed class DiskToolTests : IDisposable
{
    private const int Sector = 512, KiB = 1024, MiB = 1024 * KiB, WrongImage = 6;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Scratch _scratch = new();

    public static TheoryData<string, string, int, string> FileSystems => new()
    {
        // The variant, the program with its options, the size, the verdict: ext has checksums only with metadata_csum.
        { "fat12", "mkfs.vfat --mbr=n -F 12 -n BOOT", 64 * KiB, "ok" },
        { "fat12", "mkfs.vfat --mbr=n -F 12 -f 1 -n BOOT", 1440 * KiB, "unchecked" },
        { "fat16", "mkfs.vfat --mbr=n -F 16 -s 1 -n BOOT", 4 * MiB, "ok" },
        { "fat16", "mkfs.vfat --mbr=n -F 16 -S 2048 -n BOOT", 32 * MiB, "ok" },
        { "fat32", "mkfs.vfat --mbr=n -F 32 -n BOOT", 40 * MiB, "ok" },
        { "ext2", "mkfs.ext4 -q -t ext2 -L BOOT", 2 * MiB, "unchecked" },
        { "ext3", "mkfs.ext4 -q -t ext3 -L BOOT", 8 * MiB, "unchecked" },
        { "ext4", "mkfs.ext4 -q -t ext4 -O metadata_csum -L BOOT", 8 * MiB, "ok" },
        { "ext4", "mkfs.ext4 -q -t ext4 -O metadata_csum,metadata_csum_seed,^64bit -b 4096 -L BOOT", 40 * MiB, "ok" },
        { "ext4", "mkfs.ext4 -q -t ext4 -O ^metadata_csum -L BOOT", 8 * MiB, "unchecked" },
    };

    [Theory]
    [MemberData(nameof(FileSystems))]
    public async Task A_file_system_has_the_kind_size_label_and_id_that_blkid_reads(string variant, string make, int size, string verdict)
    {
        string[] command = make.Split(' ');
        Needs.Programs(command[0], "blkid");
        string file = Blank("made.img", size);
        await ToolAsync([.. command, file]);
        (JsonElement disk, int exit) = await IdentifyAsync(file);
        JsonElement found = disk.GetProperty("findings")[0];
        Assert.Equal((variant, verdict, 0), (found.Text("variant"), found.Text("verdict"), exit));
        Assert.Equal((0, size), (found.GetProperty("offset").GetInt64(), found.GetProperty("length").GetInt64()));
        Assert.Equal("file-system", disk.Text("kind"));

        Dictionary<string, string> read = (await ToolAsync("blkid", "-p", "-o", "export", file)).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(variant, found.Text("format") == "fat" ? read["VERSION"].ToLowerInvariant() : read["TYPE"]);
        JsonElement fields = found.GetProperty("fields");
        Assert.Equal((read["LABEL"], read["UUID"]), (fields.Text("label"), fields.Text("id")));
        string block = found.Text("format") == "fat" ? "sector" : "block";
        Assert.Equal(int.Parse(read["BLOCK_SIZE"], null), fields.GetProperty(block).GetInt32());
    }

    [Theory]
    [InlineData("mkfs.vfat -F 12", 64 * KiB, 2 * Sector + 5)] // in the first copy of the table; mkfs leaves one sector before it, or more
    [InlineData("mkfs.vfat -F 32", 40 * MiB, 6 * Sector + 0x20)] // in the copy of the boot sector
    [InlineData("mkfs.ext4 -q -t ext4 -O metadata_csum", 8 * MiB, 1024 + 0xC)] // the number of free blocks
    public async Task A_bit_that_changed_in_what_is_there_twice_or_has_a_checksum_is_seen(string make, int size, int damage)
    {
        string[] command = make.Split(' ');
        Needs.Programs(command[0]);
        string file = Blank("made.img", size);
        await ToolAsync([.. command, file]);
        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[damage] ^= 0x10;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        (JsonElement disk, int exit) = await IdentifyAsync(file);
        Assert.Equal(("bad", WrongImage), (disk.GetProperty("findings")[0].Text("verdict"), exit));
    }

    [Fact]
    public async Task Partitions_of_sgdisk_have_the_names_and_places_that_sfdisk_reads_and_are_looked_into()
    {
        Needs.Programs("sgdisk", "sfdisk", "mkfs.vfat", "mkfs.ext4");
        string file = Blank("card.img", 20 * MiB);
        await ToolAsync("sgdisk", "-n", "1:2048:+4M", "-c", "1:boot", "-t", "1:0700", "-n", "2:0:+8M", "-c", "2:rootfs", file);
        await PutAsync(file, 2048, 4 * MiB, "mkfs.vfat");
        await PutAsync(file, 2048 + (4 * MiB / Sector), 8 * MiB, "mkfs.ext4", "-q");
        (JsonElement result, _) = await IdentifyAsync(file);
        JsonElement disk = result.GetProperty("findings")[0], table = await TableAsync(file);
        Assert.Equal(("gpt", "ok"), (disk.Text("format"), disk.Text("verdict")));
        Assert.Equal(20 * MiB, disk.GetProperty("length").GetInt64());
        Assert.Equal(table.Text("id"), disk.GetProperty("fields").Text("disk_id"), ignoreCase: true);
        Assert.Equal(
            table.GetProperty("partitions").EnumerateArray().Select(p => $"{p.Text("name")}: {Sectors(p)}"),
            Partitions(disk));
        Assert.Equal([("fat", 1L * MiB), ("ext", 5L * MiB)], Inside(disk));

        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[(2 * Sector) + 0x38] ^= 1; // a letter of the first name
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        (result, int exit) = await IdentifyAsync(file);
        Assert.Equal(("bad", WrongImage), (result.GetProperty("findings")[0].Text("verdict"), exit));
    }

    [Fact]
    public async Task Primary_and_logical_partitions_of_sfdisk_have_their_places_and_are_looked_into()
    {
        Needs.Programs("sfdisk", "mkfs.vfat", "mkfs.ext4", "sh");
        string file = Blank("card.img", 30 * MiB), script = _scratch.Beside("table");
        await File.WriteAllTextAsync(
            script,
            """
            label: dos
            label-id: 0x1234abcd
            start=2048, size=8192, type=c, bootable
            size=16384, type=83
            size=24576, type=5
            size=2048, type=83
            size=4096, type=83
            size=4096, type=c
            size=4096, type=83

            """,
            TestContext.Current.CancellationToken);
        await ToolAsync("sh", "-c", "sfdisk -q \"$1\" <\"$2\"", "sh", file, script);
        JsonElement table = await TableAsync(file);
        JsonElement[] partitions = [.. table.GetProperty("partitions").EnumerateArray()];
        Assert.Equal(7, partitions.Length);
        foreach (JsonElement partition in partitions.Where(p => p.Text("type") != "5"))
        {
            string[] make = partition.Text("type") == "c" ? ["mkfs.vfat", "--mbr=n"] : ["mkfs.ext4", "-q"];
            await PutAsync(file, partition.GetProperty("start").GetInt32(), partition.GetProperty("size").GetInt32() * Sector, make);
        }
        (JsonElement result, int exit) = await IdentifyAsync(file);
        JsonElement disk = result.GetProperty("findings")[0];
        Assert.Equal(("mbr", "unchecked", 0), (disk.Text("format"), disk.Text("verdict"), exit));
        Assert.Equal(table.Text("id"), disk.GetProperty("fields").Text("disk_id"));
        Assert.Equal(partitions.Select((p, i) => $"{i + 1}: type 0x{p.Text("type")!.PadLeft(2, '0')}, {Sectors(p)}"), Partitions(disk));
        Assert.Equal(
            partitions.Where(p => p.Text("type") != "5").OrderBy(p => p.GetProperty("start").GetInt64())
                .Select(p => (p.Text("type") == "c" ? "fat" : "ext", p.GetProperty("start").GetInt64() * Sector)),
            Inside(disk));
    }

    public void Dispose() => _scratch.Dispose();

    private static string Sectors(JsonElement partition)
    {
        (long start, long size) = (partition.GetProperty("start").GetInt64(), partition.GetProperty("size").GetInt64());
        return FormattableString.Invariant($"sectors {start:N0} to {start + size - 1:N0}");
    }

    private static IEnumerable<string?> Partitions(JsonElement disk) =>
        disk.GetProperty("fields").GetProperty("partitions").EnumerateArray().Select(text => text.GetString());

    /// <summary>The file systems in a disk; what is between them is left out.</summary>
    private static IEnumerable<(string, long)> Inside(JsonElement disk) => disk.GetProperty("inside").EnumerateArray()
        .Where(found => found.Text("format") is not ("padding" or "unknown"))
        .Select(found => (found.Text("format")!, found.GetProperty("offset").GetInt64()));

    private string Blank(string name, int size)
    {
        string path = _scratch.Beside(name);
        using FileStream file = File.Create(path);
        file.SetLength(size);
        return path;
    }

    /// <summary>Makes a file system of its own and puts it into a disk.</summary>
    private async Task PutAsync(string disk, int sector, int size, params string[] make)
    {
        string file = Blank($"part-{sector}", size);
        await ToolAsync([.. make, file]);
        await using FileStream to = File.OpenWrite(disk);
        to.Position = (long)sector * Sector;
        await to.WriteAsync(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
    }

    private async Task<JsonElement> TableAsync(string file) =>
        JsonElement.Parse((await ToolAsync("sfdisk", "--json", file)).Output).GetProperty("partitiontable");

    private async Task<Ended> ToolAsync(params string[] command)
    {
        Ended ended = await Peer.RunAsync(command, s_limit, _scratch.Environment);
        Assert.True(ended.ExitCode == 0, $"{command[0]}: {ended}");
        return ended;
    }

    private async Task<(JsonElement Result, int Exit)> IdentifyAsync(string file)
    {
        Ended ended = await Peer.RunAsync([Paths.Unbrick, "identify", file, "--json"], s_limit, _scratch.Environment);
        return (JsonLines.Parse(ended.Output)[^1], ended.ExitCode);
    }
}
