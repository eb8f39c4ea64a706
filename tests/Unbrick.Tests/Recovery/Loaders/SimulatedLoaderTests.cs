using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Recovery.Problems;
using Unbrick.Sim;
using Unbrick.Sim.Consoles;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>Against the simulated loaders, which were written without knowing who would drive them.</summary>
public sealed class SimulatedLoaderTests
{
    private const int Kernel = 0x18_0000;

    public static TheoryData<string> Names => [.. ConsoleSims.Names.Where(n => n != "xiaomi-recovery")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_boot_is_stopped_whatever_its_timing(string name)
    {
        int stopped = 0;
        const int Boots = 100;
        for (int seed = 0; seed < Boots; seed++)
        {
            VirtualTime time = new(DateTimeOffset.UnixEpoch);
            using ConsoleBench sim = ConsoleSims.OpenBench($"sim:console/{name}?seed={seed}&power-on={seed * 37 % 1000}ms", time);
            StopDialogue stop = new(LoaderLibrary.All, TimeSpan.FromSeconds(30), mustStart: true);
            new LoaderLine(sim.Port, time).Run(stop, TestContext.Current.CancellationToken);
            stopped += stop.Outcome == StopOutcome.Prompt && !sim.Device.HasStartedKernel ? 1 : 0;
            Assert.Empty(sim.Device.Forbidden);
            Assert.All(sim.Device.Keys, k => Assert.True(KeyGate.IsSafe([k.Key])));
        }

        Assert.InRange(stopped, Boots * 99 / 100, Boots);
    }

    [Fact]
    public void An_image_goes_through_the_menu_from_power_on_to_the_kernel_without_a_human_key()
    {
        byte[] image = Image();
        (LoaderResult result, ConsoleBench sim, Bench bench) = ByMenu(image);

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.True(sim.Device.HasStartedKernel);
        Assert.Equal(image, sim.Device.Flash.Slice(Kernel, image.Length).ToArray());
        Assert.Empty(sim.Device.Forbidden);
        Assert.Contains(bench.Said.OfType<Note>(), n => n.Text.Contains("do not unplug", StringComparison.Ordinal));
        // Ctrl-U before each value: the old one stands there already.
        string keys = string.Concat(sim.Device.Keys.Select(k => k.Key == 0x15 ? '^' : (char)k.Key));
        Assert.Equal("2Y^192.168.31.123\r^192.168.31.2\r^unbrick.bin\r", keys);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_menu_is_filled_rightly_on_a_line_that_loses_bytes(int seed)
    {
        byte[] image = Image();
        (LoaderResult result, ConsoleBench sim, _) = ByMenu(image, $"fault:drop=0.3%,seed={seed}:");

        Assert.Empty(sim.Device.Forbidden);
        if (result.Exit == ExitCode.Done)
            Assert.Equal(image, sim.Device.Flash.Slice(Kernel, image.Length).ToArray());
        else
            Assert.Contains(Assert.Single(result.Diagnosis).Code, new[] { ProblemCode.LoaderNoEcho, ProblemCode.LoaderUnproven, ProblemCode.LoaderNoPrompt });
    }

    [Fact]
    public void A_kernel_that_does_not_start_after_the_write_is_told()
    {
        byte[] image = Image();
        image[100] ^= 1;
        (LoaderResult result, ConsoleBench sim, _) = ByMenu(image);

        Assert.Equal(ExitCode.FailedAfterChange, result.Exit);
        Assert.False(sim.Device.HasStartedKernel);
    }

    [Theory]
    [InlineData("ralink")]
    [InlineData("u-boot")]
    public void Variables_are_set_and_memory_is_read_at_the_prompt(string name)
    {
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        using ConsoleBench sim = ConsoleSims.OpenBench($"sim:console/{name}?power=off", time);
        Bench bench = new(sim.Port, time, sim.Device.PowerCycle);

        LoaderResult result = bench.Run(new StopStep(PowerAction.On), new SetStep("serverip", "192.168.31.97"), new SaveStep(), new PrintStep("serverip"));

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal(["serverip=192.168.31.97"], result.Steps[^1].Output);
        Assert.Empty(sim.Device.Forbidden);
    }

    private static (LoaderResult Result, ConsoleBench Sim, Bench Bench) ByMenu(byte[] image, string fault = "")
    {
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        ConsoleBench sim = ConsoleSims.OpenBench($"{fault}sim:console/ralink?power=off", time);
        Bench bench = new(sim.Port, time, sim.Device.PowerCycle, new SimServer(sim));
        return (bench.Run(new MenuStep(image, "unbrick.bin", write: true)), sim, bench);
    }

    private static byte[] Image() => UImages.Make(300_000);
}
