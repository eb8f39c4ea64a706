using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Recovery.Problems;
using Unbrick.Sim;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>Devices that answer every question wrongly: each job ends by itself, says why, and writes nothing that it could not prove.</summary>
public sealed class LyingLoaderTests : IDisposable
{
    private static readonly string[] s_jobs = ["run", "print", "set", "save", "dump", "ymodem", "xmodem", "kermit", "flash"];

    private readonly string _folder = Directory.CreateTempSubdirectory("unbrick-lies").FullName;

    public static TheoryData<Lie> All => [.. Enum.GetValues<Lie>()];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(All))]
    public void Every_job_ends_with_a_verdict_and_flash_is_left_alone(Lie lie)
    {
        foreach (string job in s_jobs)
        {
            (LoaderResult result, LyingLoader device, _) = Run(lie, job);
            string[] codes = [.. result.Diagnosis.Select(d => d.Code)];
            Assert.True(result.Exit == ExitCode.Done || codes.Length == 1, $"{job}: {result.Exit} {string.Join(',', codes)}");

            // What cannot be told from the truth: any words may be the answer to a user's command, and "done" that of saveenv.
            bool isPlausible = (job, lie) is ("save", Lie.Success or Lie.Form) or ("print", Lie.Form)
                || (job == "run" && lie is < Lie.OtherEcho or Lie.ReadyAndEndless or Lie.ReadyAndSilent);
            Assert.True(isPlausible == (result.Exit == ExitCode.Done), $"{job}: {result.Exit} {string.Join(',', codes)}");
            Assert.True(result.Exit != ExitCode.FailedAfterChange || job == "save" || (job, lie) is ("flash", Lie.Form) || job == "run", $"{job}: {string.Join(',', codes)}");
            if (lie != Lie.Form)
                Assert.DoesNotContain(device.Commands, c => c.StartsWith("erase", StringComparison.Ordinal) || c.StartsWith("cp.b", StringComparison.Ordinal));
            if (lie is < Lie.Silence)
                Assert.True(device.IsAtPrompt, job);
            Assert.False(File.Exists(Path.Combine(_folder, "dump.bin")));
        }
    }

    [Theory]
    [InlineData(Lie.EndlessText, "Ctrl-C did not stop it")]
    [InlineData(Lie.EndlessLine, "Ctrl-C did not stop it")]
    [InlineData(Lie.EndlessBytes, "Ctrl-C did not stop it")]
    [InlineData(Lie.EndlessPrompts, "Ctrl-C did not stop it")]
    [InlineData(Lie.TextUntilInterrupted, "Ctrl-C brought its prompt back")]
    public void A_device_that_prints_without_end_is_interrupted_and_told(Lie lie, string how)
    {
        (LoaderResult result, LyingLoader device, TimeSpan took) = Run(lie, "print");
        Assert.Equal(ExitCode.Failed, result.Exit);
        Assert.Equal(ProblemCode.LoaderEndless, result.Diagnosis[0].Code);
        Assert.Contains(how, result.Diagnosis[0].Seen);
        Assert.Equal(lie == Lie.TextUntilInterrupted, device.IsAtPrompt);
        Assert.InRange(took, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(3)); // 1 MiB at 115200
    }

    [Theory]
    [InlineData(Lie.Unknown, "ymodem", ProblemCode.LoaderLacks, "loady")]
    [InlineData(Lie.Unknown, "kermit", ProblemCode.LoaderLacks, "loadb")]
    [InlineData(Lie.Unknown, "dump", ProblemCode.LoaderLacks, "md.b")]
    [InlineData(Lie.Unknown, "save", ProblemCode.LoaderLacks, "saveenv")]
    [InlineData(Lie.GarbledReady, "ymodem", ProblemCode.LoaderTransfer, "## Re~dy f*r bin@ry")]
    [InlineData(Lie.Nothing, "ymodem", ProblemCode.LoaderTransfer, "it does not say that it waits for a file")]
    [InlineData(Lie.Word, "kermit", ProblemCode.LoaderTransfer, "42")]
    public void A_command_that_is_missing_is_told_from_an_answer_that_is_not_understood(Lie lie, string job, string code, string words)
    {
        (LoaderResult result, _, _) = Run(lie, job);
        Assert.Equal(code, result.Diagnosis[0].Code);
        Assert.Contains(words, result.Diagnosis[0].Title, StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.FailedAfterChange, result.Exit);
    }

    [Fact]
    public void A_list_of_variables_is_not_random_text_with_equals_signs()
    {
        (LoaderResult result, _, _) = Run(Lie.Text, "list");
        Assert.Equal(ProblemCode.LoaderSaidNo, result.Diagnosis[0].Code);
    }

    private (LoaderResult Result, LyingLoader Device, TimeSpan Took) Run(Lie lie, string job)
    {
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        LyingLoader device = new(time, lie);
        return (new Bench(device, time, null).Run(Step(job)), device, time.Elapsed);
    }

    private ILoaderStep Step(string job) => job switch
    {
        "run" => new RunStep("bdinfo", TimeSpan.FromSeconds(10)),
        "print" => new PrintStep("bootdelay"),
        "list" => new PrintStep(null),
        "set" => new SetStep("bootdelay", "5"),
        "save" => new SaveStep(),
        "dump" => new DumpStep(0x1000, 0x5000, Path.Combine(_folder, "dump.bin")),
        "flash" => new FlashStep(new FlashPlace(0x9000, 0x1000, 0x1000, 0x1000, LoaderLibrary.Flash.Single(d => d.Id == "mapped"))),
        _ => new LoadStep(new byte[3000], "x.bin", 0x1000, new LoadWay(Enum.Parse<LoadProtocol>(job, ignoreCase: true))),
    };
}
