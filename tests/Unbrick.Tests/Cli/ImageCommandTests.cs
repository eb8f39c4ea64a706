using System.Text.Json;
using Unbrick.Cli.Demos;
using Unbrick.Core;

namespace Unbrick.Tests.Cli;

public sealed class ImageCommandTests : IDisposable
{
    private static readonly Mr200Files s_files = new(7);
    private static readonly byte[] s_own = s_files.OwnDump(), s_update = s_files.VendorUpdate();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-image-");
    private readonly StoryConsole _console = new();

    [Theory]
    [InlineData("tftp", 0x7d_0000)]
    [InlineData("spi", 0x80_0000)]
    public async Task The_splice_of_the_mr200_equals_one_made_by_hand(string way, int size)
    {
        Assert.Equal(ExitCode.Done, await Build("--way", way, "--json"));
        byte[] expected = [.. s_own[..0x2_0000], .. s_update[0x2_0200..0x7d_0200], .. s_own[0x7d_0000..size]];
        Assert.Equal(expected, File.ReadAllBytes(At("out.bin")));
        JsonElement result = JsonDocument.Parse(_console.OutLines[^1]).RootElement;
        Assert.Equal(size, result.GetProperty("size").GetInt64());
        JsonElement second = result.GetProperty("segments")[1];
        Assert.Equal("update.bin", second.GetProperty("from").GetString());
        Assert.Equal(0x2_0200, second.GetProperty("offset").GetInt32());
        Assert.Equal("firmware", second.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Without_a_way_the_two_sizes_are_told_and_nothing_is_written()
    {
        Assert.Equal(ExitCode.Usage, await Build());
        Assert.Contains("8,192,000 bytes (0x7d0000)", Unwrapped());
        Assert.Empty(Made());
    }

    [Fact]
    public async Task A_header_cut_off_already_is_no_problem_but_one_cut_off_twice_is_explained()
    {
        Write("update.bin", s_update[0x200..]);
        Assert.Equal(ExitCode.Done, await Build("--way", "tftp"));
        Write("update.bin", s_update[0x400..]);
        Assert.Equal(ExitCode.BadImage, await Build("--way", "tftp", "--force"));
        Assert.Contains("512 bytes too early", Unwrapped());
    }

    [Fact]
    public async Task A_dump_of_an_erased_chip_is_refused_and_leaves_nothing()
    {
        byte[] blank = new byte[0x80_0000];
        blank.AsSpan().Fill(0xFF);
        Write("own.bin", blank);
        Assert.Equal(ExitCode.BadImage, await Build("--way", "spi"));
        Assert.Empty(Made());
    }

    [Fact]
    public async Task Nothing_is_written_over_without_force_and_never_over_an_input()
    {
        Write("out.bin", [1]);
        Assert.Equal(ExitCode.Refused, await Build("--way", "spi"));
        Assert.Equal([1], File.ReadAllBytes(At("out.bin")));
        Assert.Equal(ExitCode.Refused, await Run("image", "extract", At("own.bin"), "0x0", "-o", At("own.bin"), "--force"));
        Assert.Equal(s_own.Length, new FileInfo(At("own.bin")).Length);
    }

    [Fact]
    public async Task A_region_of_the_map_is_cut_out()
    {
        Assert.Equal(ExitCode.Done, await Run("image", "extract", At("own.bin"), "radio", "--for", "tplink_archer-mr200", "-o", At("radio.bin")));
        Assert.Equal(s_own[0x7f_0000..], File.ReadAllBytes(At("radio.bin")));
    }

    [Fact]
    public async Task The_layout_comes_from_the_map_and_says_how_far_it_agrees()
    {
        Assert.Equal(ExitCode.Done, await Run("image", "layout", At("own.bin"), "--for", "tplink_archer-mr200", "--json"));
        JsonElement result = JsonDocument.Parse(_console.OutLines[^1]).RootElement;
        Assert.Equal("device", result.GetProperty("from").GetString());
        Assert.Equal(result.GetProperty("of").GetInt32(), result.GetProperty("agree").GetInt32());
        JsonElement radio = result.GetProperty("regions").EnumerateArray().Single(r => r.GetProperty("name").GetString() == "radio");
        Assert.Equal("calibration", radio.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task An_edited_address_is_listed_compared_and_taken_back()
    {
        Assert.Equal(
            ExitCode.Done,
            await Run(
                "image", "edit", At("own.bin"), "--device", "tplink_archer-mr200", "--mac", "eth=64:70:02:11:22:33", "-o", At("new.bin"),
                "--save-edits", At("edits.json"), "--json"));
        JsonElement edit = Assert.Single(JsonDocument.Parse(_console.OutLines[^1]).RootElement.GetProperty("edits").EnumerateArray());
        Assert.Equal(0x7d_f100, edit.GetProperty("offset").GetInt32());
        Assert.EndsWith("64:70:02:11:22:33", edit.GetProperty("why").GetString());
        Assert.Equal(ExitCode.Failed, await Run("image", "diff", At("own.bin"), At("new.bin"), "--for", "tplink_archer-mr200"));
        Assert.Contains("MAC address eth", _console.Out);
        Assert.Equal(ExitCode.Done, await Run("image", "edit", At("new.bin"), "--undo", At("edits.json"), "-o", At("back.bin")));
        Assert.Equal(s_own, File.ReadAllBytes(At("back.bin")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_an_edit_wrote_stays_within_the_columns(bool dry)
    {
        string[] edit = ["image", "edit", At("own.bin"), "--device", "tplink_archer-mr200", "--mac", "eth=64:70:02:11:22:33", "-o", At("new.bin")];
        Assert.Equal(ExitCode.Done, await Run([.. edit, .. dry ? ["--dry-run"] : Array.Empty<string>()]));
        Assert.Contains(_console.OutLines, line => line.StartsWith(dry ? "would    /" : "wrote    /", StringComparison.Ordinal) || !OperatingSystem.IsLinux());
        Assert.Contains("8,388,608 bytes (8 MiB), same length, 6 bytes in changed stretches", string.Join(' ', _console.OutLines.Select(line => line.Trim())));
        Assert.All(_console.OutLines, line => Assert.True(line.Length <= 80 || !line.TrimStart().Contains(' '), line));
    }

    [Theory]
    [InlineData("image", "layout", "missing.bin")]
    [InlineData("image", "layout", ".")]
    [InlineData("image", "build", "no-such-recipe", "-o", "out.bin")]
    public async Task What_is_not_there_ends_with_3(params string[] words) => Assert.Equal(ExitCode.NotFound, await Run(words));

    public void Dispose()
    {
        _console.Dispose();
        _folder.Delete(recursive: true);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, byte[] content) => File.WriteAllBytes(At(name), content);

    private string Unwrapped() => string.Join(' ', _console.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private string[] Made() => Directory.GetFiles(_folder.FullName, "out.bin*");

    private Task<int> Build(params string[] words) =>
        Run(["image", "build", "mr200-keep-isp-bootloader", At("own.bin"), At("update.bin"), "-o", At("out.bin"), .. words]);

    private Task<int> Run(params string[] words)
    {
        if (!File.Exists(At("own.bin")))
            Write("own.bin", s_own);
        if (!File.Exists(At("update.bin")))
            Write("update.bin", s_update);
        return _console.RunAsync(words);
    }
}
