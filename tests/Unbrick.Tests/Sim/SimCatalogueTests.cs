using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Sim;
using Unbrick.Sim.Devices;

namespace Unbrick.Tests.Sim;

public sealed class SimCatalogueTests
{
    [Fact]
    public void Every_name_opens_and_its_device_gets_power_after_a_second()
    {
        foreach (string name in SimCatalogue.Names)
        {
            SimBench bench = Open("sim:" + name);
            bool spoke = false;
            bench.Device.ConsoleText += _ => spoke = true;
            bench.Time.Advance(TimeSpan.FromSeconds(3.9));
            Assert.False(spoke, name);
            bench.Time.Advance(TimeSpan.FromSeconds(0.6));
            Assert.True(spoke, name);
        }
    }

    [Fact]
    public void Faults_before_it_are_the_cables()
    {
        SimBench bench = Open("fault:loss=1%,seed=7:sim:router/archer-c7-v2?seed=3");
        Assert.Equal("loss=1%,seed=7", bench.Host.Cable.Faults.ToString());
        Assert.IsType<TpLinkRecovery>(bench.Device);
        Assert.NotEqual(Open("sim:router/archer-c7-v2").Device.HardwareAddress, bench.Device.HardwareAddress);
    }

    [Fact]
    public void Settings_change_the_device()
    {
        SimBench bench = Open("sim:router/uboot-2022?ip=10.0.0.9&server=10.0.0.1&file=a.itb&power-on=0s");
        string console = "";
        bench.Device.ConsoleText += text => console += text;
        bench.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Contains("TFTP from server 10.0.0.1; our IP address is 10.0.0.9\nFilename 'a.itb'.", console);
    }

    [Theory]
    [InlineData("sim:router/archer-c7-v3", "sim-unknown-device", "did you mean 'router/archer-c7-v2'?")]
    [InlineData("sim:router/archer-c7-v2?sed=1", "sim-unknown-setting", "did you mean 'seed'?")]
    [InlineData("sim:router/uboot-2018?windowsize=4", "sim-unknown-setting", "use one of: blksize, file, ip, power-on, seed, server")]
    [InlineData("sim:router/archer-c7-v2?ip=1.2.3", "sim-bad-value", "write an address like 192.168.0.66")]
    [InlineData("fault:loss=1%", "sim-bad-address", "fault:loss=1%:sim:router/archer-c7-v2")]
    [InlineData("fault:loss=1%:/dev/ttyUSB0", "sim-bad-address", "sim:router/archer-c7-v2")]
    [InlineData("router/archer-c7-v2", "sim-bad-address", "sim:router/archer-c7-v2")]
    public void What_does_not_exist_is_refused_with_what_does(string address, string code, string attempt)
    {
        UnbrickException error = Assert.Throws<UnbrickException>(() => Open(address));
        Assert.Equal(code, error.Problem.Code);
        Assert.Equal(attempt, Assert.Single(error.Problem.Try));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void An_unknown_device_is_answered_with_the_list()
    {
        Problem problem = Assert.Throws<UnbrickException>(() => Open("sim:toaster")).Problem;
        Assert.Equal("the simulated devices are: " + string.Join(", ", SimCatalogue.Names), problem.Means);
    }

    [Theory]
    [InlineData("sim:x", true)]
    [InlineData("fault:x", true)]
    [InlineData("/dev/ttyUSB0", false)]
    public void It_knows_which_addresses_are_for_it(string address, bool isSim) => Assert.Equal(isSim, SimCatalogue.IsSim(address));

    private static SimBench Open(string address) => SimCatalogue.Open(address, new VirtualTime(DateTimeOffset.UnixEpoch));
}
