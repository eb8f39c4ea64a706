using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Formats.Bytes;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Recovery.Problems;
using Unbrick.Sim;

namespace Unbrick.Tests.Recovery.Loaders;

public sealed class LoaderJobTests : IDisposable
{
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly string _folder = Directory.CreateTempSubdirectory("unbrick-loader").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static FlashDialect Mapped => LoaderLibrary.Flash.Single(d => d.Id == "mapped");

    [Theory]
    [InlineData(true, 0, 0)]
    [InlineData(false, 0, 0)]
    [InlineData(true, 0.002, 0)]
    [InlineData(false, 0.002, 0)]
    [InlineData(true, 0.01, 0.01)]
    public void A_variable_is_set_read_back_and_saved_whatever_is_lost_on_the_line(bool shell, double drop, double there)
    {
        FakeLoader device = new(_time, shell) { Drop = drop, DropThere = there };

        LoaderResult result = Of(device).Run(new StopStep(PowerAction.On), new SetStep("ipaddr", "192.168.7.9"), new SaveStep());

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal("192.168.7.9", device.Saved["ipaddr"]);
        Assert.Equal(["prompt", "read back", "answer"], result.Steps.Select(s => s.Verified));
        Assert.Equal("u-boot", result.Loader);
        Assert.DoesNotContain(device.Commands, c => c.Split(' ')[0] is not ("echo" or "printenv" or "setenv" or "saveenv" or "true"));
    }

    [Theory]
    [InlineData(true, 600)]
    [InlineData(true, 1500)]
    [InlineData(true, 3000)]
    [InlineData(false, 1500)]
    public void A_device_that_answers_late_is_waited_for_and_not_interrupted_again_and_again(bool shell, int milliseconds)
    {
        byte[] content = [.. Enumerable.Range(0, 0x1200).Select(i => (byte)(i * 7))];
        FakeLoader device = new(_time, shell) { Stall = TimeSpan.FromMilliseconds(milliseconds), Drop = 0.001 };
        string dump = Path.Combine(_folder, "dump.bin");

        LoaderResult result = Of(device).Run(
            new StopStep(PowerAction.On), new SetStep("x", "y"), new SaveStep(), new FillStep(device, content), new DumpStep(0x1000, content.Length, dump),
            new FlashStep(new FlashPlace(0x9000, content.Length, 0x1000, 0x1000, Mapped)), new SetStep("name", "0123456789abcdef"));

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal(0, result.Restarts);
        Assert.Equal(content, File.ReadAllBytes(dump));
        Assert.Equal(content, device.Flash[..content.Length]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("printenv")]
    [InlineData("setenv")]
    [InlineData("saveenv")]
    [InlineData("md.b")]
    [InlineData("crc32")]
    [InlineData("protect")]
    [InlineData("erase")]
    [InlineData("cp.b")]
    [InlineData("cmp.b")]
    public void After_a_power_cut_in_any_step_the_boot_is_stopped_again_and_all_is_done_that_was_lost(string? cut)
    {
        byte[] content = [.. Enumerable.Range(0, 0x1200).Select(i => (byte)(i * 7))];
        FakeLoader device = new(_time) { CutAt = cut, Drop = 0.001 };
        string dump = Path.Combine(_folder, "dump.bin");

        LoaderResult result = Of(device).Run(
            new StopStep(PowerAction.On), new SetStep("x", "y"), new SaveStep(), new FillStep(device, content), new DumpStep(0x1000, content.Length, dump),
            new FlashStep(new FlashPlace(0x9000, content.Length, 0x1000, 0x1000, Mapped)));

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal(cut is null ? 0 : 1, result.Restarts);
        Assert.Equal("y", device.Saved["x"]);
        Assert.Equal(content, File.ReadAllBytes(dump));
        Assert.Equal(content, device.Flash[..content.Length]);
        Assert.All(device.Flash[0x2000..], b => Assert.Equal(0xFF, b));
        Assert.Equal(["prompt", "read back", "crc32", "compare"], result.Steps.Select(s => s.Verified).Where(v => v is not ("answer" or null)).Distinct());
    }

    [Fact]
    public void A_prompt_that_stands_already_is_cleared_of_an_Escape_however_late_the_answers_come()
    {
        for (int i = 0; i <= 30; i++)
        {
            FakeLoader device = new(_time) { Latency = TimeSpan.FromMilliseconds(i * 10) };
            device.PowerOn();

            Assert.Equal(ExitCode.Done, Of(device).Run(new StopStep(PowerAction.On)).Exit);
            int before = device.Commands.Count;
            Bench again = new(device, _time, null);
            Assert.Equal(ExitCode.Done, again.Run(new SetStep("x", "y")).Exit);

            Assert.All(device.Commands.Skip(before), c => Assert.DoesNotContain('\x1b', c));
            Assert.Contains(again.Said.OfType<Note>(), n => n.Text.EndsWith("with a shell", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Flash_that_holds_it_already_is_not_erased()
    {
        FakeLoader device = new(_time);
        byte[] content = [1, 2, 3, 4];
        content.CopyTo(device.Flash, 0);

        LoaderResult result = Of(device).Run(new StopStep(PowerAction.On), new FillStep(device, content), new FlashStep(new FlashPlace(0x9000, 4, 0x1000, 0x1000, Mapped)));

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.DoesNotContain(device.Commands, c => c.StartsWith("erase", StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_stays_dark_is_told_and_nothing_was_changed()
    {
        FakeLoader device = new(_time);

        LoaderResult result = new Bench(device, _time, () => { }).Run(new StopStep(PowerAction.On));

        Assert.Equal(ExitCode.NotFound, result.Exit);
        Assert.Equal(ProblemCode.LoaderSilent, Assert.Single(result.Diagnosis).Code);
        Assert.All(device.Keys, k => Assert.True(KeyGate.IsSafe([k])));
    }

    [Fact]
    public void A_command_of_the_users_is_not_run_twice_when_the_device_starts_again()
    {
        FakeLoader device = new(_time) { CutAt = "boot" };

        LoaderResult result = Of(device).Run(new StopStep(PowerAction.On), new RunStep("bootm", TimeSpan.FromSeconds(5)), new RunStep("printenv bootdelay", TimeSpan.FromSeconds(5)));

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Single(device.Commands, "bootm");
        Assert.Equal(["bootdelay=2"], result.Steps[2].Output);
    }

    [Fact]
    public void Enter_is_never_pressed_on_a_line_that_came_back_otherwise()
    {
        FakeLoader device = new(_time) { DropThere = 0.05, Drop = 0.02 };

        Of(device).Run(new StopStep(PowerAction.On), new SetStep("name", "0123456789abcdef"));

        Assert.All(device.Commands.Where(c => c.StartsWith("setenv", StringComparison.Ordinal)), c => Assert.Equal("setenv name 0123456789abcdef", c));
    }

    [Fact]
    public void A_device_without_checksums_is_read_twice()
    {
        FakeLoader device = new(_time, shell: false) { Extra = (d, c) => Unknown(d, c, "crc32") };
        string dump = Path.Combine(_folder, "dump.bin");

        LoaderResult result = Of(device).Run(new StopStep(PowerAction.On), new DumpStep(0x9000, 100, dump));

        Assert.Equal("read twice", result.Steps[1].Verified);
        Assert.Equal(device.Flash[..100], File.ReadAllBytes(dump));
    }

    [Fact]
    public void A_failure_after_a_write_began_has_its_own_exit_code()
    {
        FakeLoader device = new(_time) { Extra = (d, c) => Unknown(d, c, "cp.b") };

        LoaderResult result = Of(device).Run(new StopStep(PowerAction.On), new FlashStep(new FlashPlace(0x9000, 4, 0x1000, 0x1000, Mapped)));

        Assert.Equal(ExitCode.FailedAfterChange, result.Exit);
        Assert.Equal(ProblemCode.LoaderSaidNo, Assert.Single(result.Diagnosis).Code);
    }

    [Fact]
    public void A_backup_keeps_the_line_busy()
    {
        FakeLoader device = new(_time);
        LoaderResult result = Of(device).Run(new StopStep(PowerAction.On), new DumpStep(0x9000, 0x8000, Path.Combine(_folder, "d")));

        // 16 bytes are a line of 77 characters and CR LF here, 10 bits each.
        double possible = 115200 / 10.0 * 16 / 78;
        Assert.InRange(result.Steps[1].Bytes / result.Steps[1].Seconds, possible * 0.95, possible);
    }

    [Fact]
    public void A_backup_goes_on_with_what_an_earlier_run_left()
    {
        FakeLoader device = new(_time);
        new Random(3).NextBytes(device.Flash);
        string dump = Path.Combine(_folder, "dump.bin");
        File.WriteAllBytes(dump + ".part", device.Flash[..0x4800]);

        LoaderResult result = Of(device).Run(new StopStep(PowerAction.On), new DumpStep(0x9000, 0x8000, dump, resume: true));

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal(device.Flash, File.ReadAllBytes(dump));
        Assert.DoesNotContain("md.b 9000 4000", device.Commands);
    }

    private Bench Of(FakeLoader device) => new(device, _time, device.PowerOn);

    private static bool Unknown(FakeLoader device, string command, string missing)
    {
        if (!command.StartsWith(missing, StringComparison.Ordinal))
            return false;
        device.Print($"Unknown command '{missing}' - try 'help'\r\n");
        return true;
    }

    /// <summary>Stands for a load: memory is lost when the power is.</summary>
    private sealed class FillStep(FakeLoader device, byte[] content) : ILoaderStep
    {
        public string Do => "load";

        public StepProof Run(LoaderSession session, CancellationToken ct)
        {
            content.CopyTo(device.Memory, 0);
            session.Loaded[0x1000] = (Crc32.Zlib(content), content.Length);
            return new StepProof("crc32", "filled");
        }
    }
}
