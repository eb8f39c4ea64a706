using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>A splice by recipe against one made with dd.</summary>
public sealed class SpliceTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_recipe_of_slices_gives_what_dd_gives()
    {
        Needs.Programs("dd");
        using Scratch scratch = new();
        string a = scratch.Serve("a.bin", 0x3_0000), b = scratch.Serve("b.bin", 0x5_0200);
        string made = scratch.Beside("made.bin"), byHand = scratch.Beside("dd.bin");
        string recipe = scratch.Beside("recipe.json");
        await File.WriteAllTextAsync(recipe, """
            {"id": "splice", "title": "first 64 KiB of a, then b without its header", "sources": ["a test"],
             "inputs": [{"name": "a", "title": "the first", "forms": [{"title": "as it is"}]},
                        {"name": "b", "title": "the second", "forms": [{"title": "with a header", "skip": "0x200"}]}],
             "ways": [{"name": "spi", "title": "the only way", "size": "0x50000",
                       "slices": [{"at": 0, "length": "0x10000", "from": "a"}, {"at": "0x10000", "length": "0x40000", "from": "b"}]}]}
            """, TestContext.Current.CancellationToken);

        Ended built = await Peer.RunAsync([Paths.Unbrick, "image", "build", recipe, a, b, "-o", made], s_limit, scratch.Environment);
        Assert.True(built.ExitCode == 0, built.ToString());
        foreach (string[] part in (string[][])[[$"if={a}", "bs=65536", "count=1"], [$"if={b}", "bs=512", "skip=129", "seek=128", "count=512"]])
        {
            Ended copied = await Peer.RunAsync(["dd", $"of={byHand}", .. part], s_limit, scratch.Environment);
            Assert.True(copied.ExitCode == 0, copied.ToString());
        }

        byte[] expected = await File.ReadAllBytesAsync(byHand, TestContext.Current.CancellationToken);
        Assert.Equal(expected, await File.ReadAllBytesAsync(made, TestContext.Current.CancellationToken));
    }

    /// <summary>From the notes on the formats, in another language and with none of the code under test.</summary>
    private const string ByHand = """
        import json, re, struct, sys, zlib
        image, out = open(sys.argv[1], "rb").read(), sys.argv[2]
        table = image[0x1014:0x1814].split(b"\0")[0].decode()
        part = {n: image[0x1014 + int(b, 16):][:int(s, 16)] for n, b, s in re.findall(r"fwup-ptn (\S+) base 0x(\w+) size 0x(\w+)", table)}
        place = {n: int(b, 16) for n, b in re.findall(r"partition (\S+) base 0x(\w+)", part["partition-table"][4:].split(b"\0")[0].decode())}
        made = part["os-image"].ljust(place["file-system"] - place["os-image"], b"\xff") + part["file-system"]
        made += b"\0" * 8 + json.dumps({"metadata_version": "1.1", "compat_version": "1.0",
            "supported_devices": ["tplink,archer-c7-v5", "archer-c7-v5"]}, separators=(",", ":")).encode()
        size = len(made) - made.rindex(b"\0" * 8 + b"{") + 16
        made += struct.pack(">4sIB3xI", b"FWx0", zlib.crc32(made) ^ 0xffffffff, 1, size)
        open(out, "wb").write(made)
        """;

    [Fact]
    public async Task A_safeloader_image_laid_out_for_sysupgrade_is_what_the_notes_on_the_format_give()
    {
        Needs.Programs("python3");
        using Scratch scratch = new();
        string factory = Path.Combine(Paths.Repository, "samples", "safeloader", "archer-c7-v5-factory.bin");
        string made = scratch.Beside("made.bin"), byHand = scratch.Beside("by-hand.bin"), script = scratch.Beside("by-hand.py");
        await File.WriteAllTextAsync(script, ByHand, TestContext.Current.CancellationToken);

        Ended built = await Peer.RunAsync(
            [Paths.Unbrick, "image", "build", "safeloader-sysupgrade-from-factory", factory, "--for", "tplink_archer-c7-v5", "-o", made], s_limit, scratch.Environment);
        Assert.True(built.ExitCode == 0, built.ToString());
        Ended written = await Peer.RunAsync(["python3", script, factory, byHand], s_limit, scratch.Environment);
        Assert.True(written.ExitCode == 0, written.ToString());

        byte[] expected = await File.ReadAllBytesAsync(byHand, TestContext.Current.CancellationToken);
        Assert.Equal(expected, await File.ReadAllBytesAsync(made, TestContext.Current.CancellationToken));
    }
}
