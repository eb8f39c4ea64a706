using System.Text.Json;
using Unbrick.Core;

namespace Unbrick.Tests.Cli;

/// <summary><c>unbrick identify</c>: one answer for each file, for people and for scripts, and an error in words for what is no file.</summary>
public sealed class IdentifyCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-test-");
    private readonly StoryConsole _console = new();

    public void Dispose()
    {
        _console.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_whole_kernel_is_told_in_80_columns_and_ends_with_0()
    {
        Assert.Equal(ExitCode.Done, await _console.RunAsync("identify", Sample("uimage/lzma-kernel.bin")));
        Assert.Contains("✓ uimage", _console.Out);
        Assert.All(_console.OutLines.Skip(1), line => Assert.True(line.Length <= 80, line));
        Assert.Empty(_console.Error);
    }

    [Fact]
    public async Task A_damaged_one_says_why_and_ends_with_6()
    {
        Assert.Equal(ExitCode.BadImage, await _console.RunAsync("identify", Sample("uimage/lzma-kernel.data-bitflip.bin")));
        Assert.Contains("✗ uimage", _console.Out);
        Assert.Contains("data-crc: ", _console.Out);
    }

    [Fact]
    public async Task Scripts_get_a_line_for_each_file_with_a_tiling_of_it()
    {
        string padded = Write("padded.bin", [.. File.ReadAllBytes(Sample("uimage/lzma-kernel.bin")), .. Enumerable.Repeat((byte)0xFF, 4096)]);
        Assert.Equal(ExitCode.BadImage, await _console.RunAsync("identify", padded, Sample("uimage/lzma-kernel.data-bitflip.bin"), "--json"));
        Assert.Equal(2, _console.OutLines.Length);
        JsonElement whole = JsonDocument.Parse(_console.OutLines[0]).RootElement, damaged = JsonDocument.Parse(_console.OutLines[1]).RootElement;
        Assert.Equal(("result", 0), (whole.GetProperty("type").GetString(), whole.GetProperty("exit").GetInt32()));
        Assert.Equal(new FileInfo(padded).Length, whole.GetProperty("size").GetInt64());
        Assert.Equal(64, whole.GetProperty("sha256").GetString()!.Length);
        Assert.Equal(["uimage", "padding"], whole.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("format").GetString()));
        JsonElement first = whole.GetProperty("findings")[0];
        Assert.Equal(("ok", "certain", 0), (first.GetProperty("verdict").GetString(), first.GetProperty("confidence").GetString(), first.GetProperty("offset").GetInt32()));
        Assert.Equal("mips", first.GetProperty("fields").GetProperty("arch").GetString());
        Assert.Equal(JsonValueKind.Array, whole.GetProperty("devices").ValueKind);
        Assert.Equal("data-crc", damaged.GetProperty("findings")[0].GetProperty("reasons")[0].GetString());
    }

    [Fact]
    public async Task What_is_no_readable_file_is_said_in_words_and_never_waited_for()
    {
        string large = Path.Combine(_folder.FullName, "sparse.bin");
        using (FileStream sparse = File.Create(large))
            sparse.SetLength(4L << 30);
        await AssertRefused(Write("empty.bin", []), "image-empty", ExitCode.BadImage);
        await AssertRefused(large, "file-too-large", ExitCode.BadImage);
        await AssertRefused(_folder.FullName, "image-unreadable", ExitCode.NotFound);
        await AssertRefused(Path.Combine(_folder.FullName, "nowhere.bin"), "image-missing", ExitCode.NotFound);
        if (!OperatingSystem.IsWindows())
            await AssertRefused("/dev/zero", "image-unreadable", ExitCode.NotFound);
    }

    [Fact]
    public async Task One_byte_is_a_file_like_any_other() =>
        Assert.Equal(ExitCode.BadImage, await _console.RunAsync("identify", Write("one.bin", [0x27])));

    [Fact]
    public async Task A_file_that_cannot_be_read_does_not_keep_the_others_from_being_told()
    {
        Assert.Equal(ExitCode.NotFound, await _console.RunAsync("identify", "/nowhere/x.bin", Sample("uimage/lzma-kernel.bin")));
        Assert.Contains("✓ uimage", _console.Out);
        Assert.Contains("error[image-missing]", _console.Error);
    }

    private static async Task AssertRefused(string path, string code, int exit)
    {
        using StoryConsole people = new(), scripts = new();
        Assert.Equal(exit, await people.RunAsync("identify", path));
        Assert.Equal(exit, await scripts.RunAsync("identify", path, "--json"));
        Assert.StartsWith($"error[{code}]: ", people.Error);
        Assert.Equal(code, JsonDocument.Parse(scripts.Out).RootElement.GetProperty("diagnosis")[0].GetProperty("code").GetString());
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string Sample(string file) => Repository.PathOf("samples/" + file);
}
