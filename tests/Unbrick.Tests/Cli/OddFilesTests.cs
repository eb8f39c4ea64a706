using System.Diagnostics;
using System.Text.Json;
using Unbrick.Core;

namespace Unbrick.Tests.Cli;

/// <summary>What is no firmware file at all, given to every command that reads one: an answer in words at once, and nothing written.</summary>
public sealed class OddFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-odd-");
    private readonly StoryConsole _console = new();

    public static TheoryData<string, string, string, int> Refused()
    {
        TheoryData<string, string, string, int> all = [];
        foreach (string command in (string[])["identify", "image check", "image build"])
        {
            all.Add(command, "missing", "image-missing", ExitCode.NotFound);
            all.Add(command, "empty", "image-empty", ExitCode.BadImage);
            all.Add(command, "folder", "image-unreadable", ExitCode.NotFound);
            all.Add(command, "sparse 4 GiB", "file-too-large", ExitCode.BadImage);
            if (OperatingSystem.IsWindows())
                continue;
            all.Add(command, "pipe", "image-empty", ExitCode.BadImage);
            all.Add(command, "device", "image-unreadable", ExitCode.NotFound);
            if (!Environment.IsPrivilegedProcess) // root reads everything
                all.Add(command, "unreadable", "image-unreadable", ExitCode.NotFound);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task It_is_refused_by_name_and_never_waited_for(string command, string what, string code, int exit)
    {
        string path = Make(what);

        Assert.Equal(exit, await Run(command, path).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));

        Assert.Equal(code, Code());
        Assert.False(File.Exists(Output));
    }

    [Theory]
    [InlineData("identify", ExitCode.BadImage)]
    [InlineData("image check", ExitCode.Failed)]
    [InlineData("image build", ExitCode.BadImage)]
    public async Task One_byte_is_a_file_like_any_other(string command, int exit)
    {
        string path = Path.Combine(_folder.FullName, "one.bin");
        File.WriteAllBytes(path, [0x27]);

        Assert.Equal(exit, await Run(command, path));
        Assert.False(File.Exists(Output));
    }

    public void Dispose()
    {
        _console.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Output => Path.Combine(_folder.FullName, "out.bin");

    private Task<int> Run(string command, string path) => command switch
    {
        "identify" => _console.RunAsync("identify", path, "--json"),
        "image check" => _console.RunAsync("image", "check", path, "--for", "archer-c7-v2", "--json"),
        _ => _console.RunAsync("image", "build", "tplink-cut-boot", path, "-o", Output, "--json"),
    };

    private string? Code() =>
        JsonDocument.Parse(_console.Out).RootElement.GetProperty("diagnosis")[0].GetProperty("code").GetString();

    private string Make(string what)
    {
        string path = Path.Combine(_folder.FullName, what);
        switch (what)
        {
            case "empty" or "unreadable":
                File.WriteAllBytes(path, what == "empty" ? [] : [1, 2, 3]);
                if (what == "unreadable" && !OperatingSystem.IsWindows())
                    File.SetUnixFileMode(path, UnixFileMode.None);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "sparse 4 GiB":
                using (FileStream sparse = File.Create(path))
                    sparse.SetLength(4L << 30);
                break;
            case "pipe":
                using (Process made = Process.Start("mkfifo", [path]))
                    made.WaitForExit();
                break;
            case "device":
                return "/dev/zero";
        }
        return path;
    }
}
