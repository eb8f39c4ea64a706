using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;

namespace Unbrick.Tests.Sim.Consoles;

public class ConsoleFaultTests
{
    [Fact]
    public void A_rate_that_is_switched_is_garbage_until_the_host_follows()
    {
        Bench bench = new("sim:console/u-boot");
        Assert.True(bench.Stop(" ", "\n=> "));
        bench.Type("loady 40200000 460800\r");
        bench.Until("press ENTER ...");
        bench.Listen(0.3);
        Assert.True(bench.Port.TrySetBaud(460_800));
        bench.Type("\r");
        bench.Until("at 460800 bps...");
        bench.Type("\u0003\u0003\u0003");
        bench.Until("aborted", 30);
        bench.Until("press ESC ...");
        bench.Listen(0.3);
        bench.Port.TrySetBaud(115_200);
        bench.Type("\u001b");
        bench.Until("=> ");
    }

    [Fact]
    public void Wrong_rates_swapped_wires_and_a_missing_ground_look_as_they_do()
    {
        Bench garbled = new("fault:garble=57600:sim:console/u-boot");
        garbled.Listen(6);
        Assert.DoesNotContain("U-Boot", garbled.All, StringComparison.Ordinal);
        Assert.True(garbled.Port.Errors!.Framing > 50);
        garbled.Port.TrySetBaud(57_600);
        garbled.Device.PowerCycle();
        garbled.Until("U-Boot 2023.01");

        Bench swapped = new("fault:swap:sim:console/u-boot");
        swapped.Listen(6);
        Assert.Empty(swapped.All);

        Bench floating = new("fault:no-ground:sim:console/u-boot?power=off");
        floating.Listen(3);
        Assert.InRange(floating.All.Length, 100, 3000);

        Bench dead = new("fault:dead-rx:sim:console/u-boot");
        dead.Stop(" ", "can't get kernel image", 20);
        Assert.Empty(dead.Device.Keys);
    }

    [Fact]
    public void The_adapter_goes_the_board_starts_anew_and_power_is_lost_and_found()
    {
        Bench gone = new("fault:unplug=3s:sim:console/u-boot");
        gone.Listen(5);
        Assert.Equal(SerialRead.Gone, gone.Port.Read(new byte[1], TimeSpan.Zero, out _));

        Bench reset = new("fault:reset=8s:sim:console/ralink?delay=30");
        reset.Until("Please choose", 8);
        reset.Until("Please choose", 20);
        Assert.Equal(2, reset.Device.Starts);

        Bench cut = new("fault:cut=8s:sim:console/u-boot");
        Assert.True(cut.Stop(" ", "\n=> "));
        cut.Run("mw.b 40200000 c3 10", "=> ");
        cut.Until("U-Boot", 20);
        Assert.Equal(0, cut.Device.ReadMemory(0x4020_0000, 1)[0]);
    }

    [Fact]
    public void Keys_that_come_while_it_is_busy_overrun_its_fifo()
    {
        Bench bench = new("sim:console/u-boot");
        Assert.True(bench.Stop(" ", "\n=> "));
        bench.Type("erase 4400000 +100000\r");
        bench.Listen(0.2);
        bench.Type("echo this line is longer than sixteen characters\r");
        bench.Until("Erased 16 sectors");
        bench.Until("=> ");
        bench.Listen(0.5);
        Assert.EndsWith("echo this line i", bench.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sim:console/nothing", "sim-unknown-loader")]
    [InlineData("sim:console/ralink?nothing=1", "sim-unknown-setting")]
    [InlineData("sim:console/ralink?power=on", "sim-bad-value")]
    [InlineData("fault:nothing:sim:console/ralink", "sim-unknown-fault")]
    [InlineData("fault:drop=2:sim:console/ralink", "sim-bad-value")]
    [InlineData("fault:swap:sim:router/ralink", "sim-bad-address")]
    public void What_does_not_exist_is_told_with_what_does(string address, string code)
    {
        UnbrickException e = Assert.Throws<UnbrickException>(() => new Bench(address));
        Assert.Equal(code, e.Problem.Code);
    }
}
