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
}
