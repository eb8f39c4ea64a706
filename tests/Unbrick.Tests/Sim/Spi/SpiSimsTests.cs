using Unbrick.Core.Problems;
using Unbrick.Hardware.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Tests.Sim.Spi;

public sealed class SpiSimsTests : IDisposable
{
    private readonly VirtualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("unbrick-").FullName;

    [Fact]
    public void A_chip_has_the_content_of_its_file_and_keeps_it_when_asked()
    {
        string image = Path.Combine(_folder, "dump.bin"), state = Path.Combine(_folder, "state.txt");
        File.WriteAllBytes(image, [1, 2, 3]);
        string address = $"sim:spi/W25Q80BV?image={image}&state={state}&seed=5";
        string id;
        using (SimSpiBench bench = SpiSims.Open(address + "&save=1", _time))
        {
            ISpiMaster master = bench.Connect();
            byte[] read = new byte[5];
            master.Transfer([0x03, 0, 0, 0], read);
            Assert.Equal([1, 2, 3, 0xFF, 0xFF], read);
            master.Transfer([0x06], []);
            master.Transfer([0x02, 0, 0, 3, 4], []);
            _time.Advance(TimeSpan.FromSeconds(1));
            bench.Chip.SetStatus(1, 0x1C);
            bench.Chip.SecurityRegister(2)[5] = 0x77;
            id = Convert.ToHexString(bench.Chip.UniqueId);
        }
        Assert.Equal(1 << 20, new FileInfo(image).Length);
        using (SimSpiBench bench = SpiSims.Open(address.Replace("seed=5", "seed=6", StringComparison.Ordinal), _time))
        {
            Assert.Equal([1, 2, 3, 4, 0xFF], bench.Chip.Content.Span[..5].ToArray());
            Assert.Equal(0x1C, bench.Chip.KeptStatus(1));
            Assert.Equal(0x77, bench.Chip.SecurityRegister(2)[5]);
            Assert.Equal(id, Convert.ToHexString(bench.Chip.UniqueId));
            bench.Chip.Content.Span.Clear();
        }
        Assert.Equal(4, File.ReadAllBytes(image)[3]);
    }

    [Fact]
    public void Faults_stand_before_the_chip()
    {
        using SimSpiBench bench = SpiSims.Open("fault:rotated=00,seed=3:sim:spi/w25q128bv?timing=ch341a&hz=3000000&sr1=1c&wp=low&millivolts=1800", _time);
        byte[] id = new byte[3];
        ISpiMaster master = bench.Connect();
        master.Transfer([0x9F], id);
        Assert.Equal([0, 0, 0], id);
        Assert.Equal("W25Q128BV", bench.Chip.Model.Name);
        Assert.Equal(0x1C, bench.Chip.KeptStatus(1));
        Assert.True(bench.Chip.IsWriteProtectLow);
        Assert.Equal(3_000_000, master.Info.ClockHz);
        Assert.Equal(1_800, master.Info.OutputMillivolts);
        Assert.InRange(_time.Elapsed.TotalMilliseconds, 1, 1.1);
    }

    [Fact]
    public void Faults_may_stand_before_a_real_programmer()
    {
        Assert.Equal("serprog:127.0.0.1:4000", SpiSims.TakeFaults("fault:flip=1ppm:serprog:127.0.0.1:4000", out SpiFaults? faults));
        Assert.NotNull(faults);
        Assert.Equal("ch341a", SpiSims.TakeFaults("ch341a", out faults));
        Assert.Null(faults);
        Assert.False(SpiSims.IsSim("fault:flip=1ppm:serprog:127.0.0.1:4000"));
        Assert.True(SpiSims.IsSim("fault:flip=1ppm:sim:spi/W25Q128BV"));
        Assert.False(SpiSims.IsSim("sim:router/archer-c7-v2"));
    }

    [Theory]
    [InlineData("sim:spi/W25Q128XX", "sim-unknown-chip", "W25Q128BV")]
    [InlineData("sim:router/archer-c7-v2", "sim-bad-address", "sim:spi/")]
    [InlineData("fault:flip=1ppm", "sim-bad-address", "behind the faults")]
    [InlineData("fault:flap=1:sim:spi/W25Q128BV", "sim-unknown-fault", "flip")]
    [InlineData("sim:spi/W25Q128BV?colour=red", "sim-unknown-setting", "image")]
    [InlineData("sim:spi/W25Q128BV?sr1=123", "sim-bad-value", "a byte in hex")]
    [InlineData("sim:spi/W25Q128BV?timing=fast", "sim-bad-value", "ideal, ch341a or serprog")]
    [InlineData("sim:spi/W25Q128BV?image=/nowhere/at.all", "sim-bad-value", "a file that can be read")]
    [InlineData("sim:spi/W25Q128BV?wp=high", "sim-bad-value", "low")]
    public void What_does_not_exist_is_refused_with_what_does(string address, string code, string hint)
    {
        UnbrickException error = Assert.Throws<UnbrickException>(() => SpiSims.Open(address, _time));
        Assert.Equal(code, error.Problem.Code);
        Assert.Contains(hint, error.Problem.Means, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_longer_than_the_chip_is_refused()
    {
        string image = Path.Combine(_folder, "long.bin");
        File.WriteAllBytes(image, new byte[0x1_0001]);
        UnbrickException error = Assert.Throws<UnbrickException>(() => SpiSims.Open($"sim:spi/W25X05?image={image}", _time));
        Assert.Contains("65,536", error.Problem.Means, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sr4=00")]
    [InlineData("sr1=0")]
    [InlineData("security9=ff")]
    [InlineData("=")]
    [InlineData("unique-id=zzzzzzzzzzzzzzzz")]
    public void A_state_of_something_else_is_refused(string line)
    {
        string state = Path.Combine(_folder, "state.txt");
        File.WriteAllText(state, "sr1=00\n" + line);
        Assert.Throws<UnbrickException>(() => SpiSims.Open($"sim:spi/W25Q128BV?state={state}", _time));
    }

    public static TheoryData<string> Examples => [.. SpiFaultList.All.Select(kind => kind.Example)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_example_of_a_fault_can_be_used(string example)
    {
        SpiFaults faults = SpiFaultList.Parse(example + ",seed=9");
        using SimSpiBench bench = new(new SimNor(SimNorModels.Find("W25X05")!), _time, faults: faults);
        bench.Connect().Transfer([0x9F], new byte[3]);
        Assert.Equal(1, faults.Transfers);
    }

    [Theory]
    [InlineData("flip=1")]
    [InlineData("flip=200%")]
    [InlineData("flip=-1ppm")]
    [InlineData("lost=5")]
    [InlineData("lost=1s+5")]
    [InlineData("lost=1+5/01")]
    [InlineData("rotated=80")]
    [InlineData("miso-bit=8/1")]
    [InlineData("miso-bit=1")]
    [InlineData("shift=0")]
    [InlineData("shift=8")]
    [InlineData("wrong-id=3")]
    [InlineData("wrong-id=3/zzzzzz")]
    [InlineData("program-fails=0xx2")]
    [InlineData("program-fails=0x10+1+2")]
    [InlineData("erase-fails=0x80000000")]
    [InlineData("erase-fails=5x0")]
    [InlineData("stuck-cell=1/2")]
    [InlineData("lies=0")]
    [InlineData("slow=0.5")]
    [InlineData("slow=NaN")]
    [InlineData("wp=high")]
    [InlineData("unplug=x")]
    [InlineData("power-cut=12.5")]
    [InlineData("seed=x")]
    public void A_bad_value_is_refused(string text) =>
        Assert.Equal("sim-bad-value", Assert.Throws<UnbrickException>(() => SpiFaultList.Parse(text)).Problem.Code);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
