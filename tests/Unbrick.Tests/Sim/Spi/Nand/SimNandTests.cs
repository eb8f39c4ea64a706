using Unbrick.Core.Problems;
using Unbrick.Hardware.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Nand;

namespace Unbrick.Tests.Sim.Spi.Nand;

/// <summary>The simulated SPI NAND as its data sheets have it, byte by byte on the wires.</summary>
public sealed class SimNandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-nand-");
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("W25N01GV", "9f", "ffefaa21efaa")]
    [InlineData("W25N01GV", "9f00", "efaa21efaa21")]
    [InlineData("GD5F1GQ4UExxG", "9f00", "c8d1c8d1c8d1")]
    [InlineData("GD5F1GQ4UExxG", "9f01", "d1c8d1c8d1c8")]
    [InlineData("GD5F1GQ4UFxxG", "9f", "c8b148c8b148")]
    [InlineData("MX35LF1GE4AB", "9f00", "c212c212c212")]
    public void Each_family_tells_its_id_in_its_own_way(string model, string asked, string told)
    {
        using SimSpiBench sim = Open(model);
        Assert.Equal(told, Ask(sim, asked, 6));
    }

    [Fact]
    public void While_a_page_is_on_its_way_only_features_are_told()
    {
        using SimSpiBench sim = Open("W25N01GV", "flips=0x1");
        sim.Nand!.Array.Write(5, 0, "page five"u8);
        Ask(sim, "13000005", 0);
        Assert.Equal("01", Ask(sim, "0fc0", 1));
        Assert.Equal("ffff", Ask(sim, "03000000", 2));
        Assert.Equal(1, sim.Nand.IgnoredBusy);
        sim.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("00", Ask(sim, "0fc0", 1));
        Assert.Equal(Hex("page five"), Ask(sim, "03000000", 9));
        Assert.Equal(Hex("five"), Ask(sim, "0b000500", 4));
        Assert.Equal("7c18", Ask(sim, "0fa0", 1) + Ask(sim, "0fb0", 1));
    }

    [Theory]
    [InlineData("W25N01GV", 1, "10")]
    [InlineData("W25N01GV", 2, "20")]
    [InlineData("MX35LF1GE4AB", 4, "10")]
    [InlineData("MX35LF1GE4AB", 5, "20")]
    [InlineData("GD5F1GQ4UExxG", 7, "10")]
    [InlineData("GD5F1GQ4UExxG", 8, "30")]
    [InlineData("GD5F1GQ4UExxG", 9, "20")]
    [InlineData("GD5F1GQ4UFxxG", 4, "20")]
    [InlineData("GD5F1GQ4UFxxG", 9, "70")]
    [InlineData("MT29F2G01ABAGD", 8, "50")]
    [InlineData("MT29F2G01ABAGD", 9, "20")]
    public void Wrong_bits_are_put_right_or_told_and_without_correction_they_show(string model, int bits, string status)
    {
        using SimSpiBench sim = Open(model, $"flips=7x{bits}");
        string right = new('f', 2 * sim.Nand!.Model.Page);

        Assert.Equal(status, Load(sim, 7));
        string read = Ask(sim, "03000000", sim.Nand.Model.Page);
        Assert.Equal(bits <= sim.Nand.Model.Corrects, read == right);

        Ask(sim, "1fb0" + (model.StartsWith("W25", StringComparison.Ordinal) ? "08" : "00"), 0);
        Assert.Equal("00", Load(sim, 7));
        byte[] cells = Convert.FromHexString(Ask(sim, "03000000", sim.Nand.Model.Page));
        Assert.Equal(bits, cells.Sum(b => 8 - System.Numerics.BitOperations.PopCount(b)));
    }

    [Fact]
    public void A_bad_block_reads_00_with_its_mark_and_cannot_be_put_right()
    {
        using SimSpiBench sim = Open("W25N01GV", "bad=12,700");
        Assert.Equal("20", Load(sim, 12 * 64));
        Assert.Equal("00", Ask(sim, "03080000", 1)); // first spare byte
        Assert.Equal("00", Load(sim, 13 * 64));
        Assert.Equal("ff", Ask(sim, "03080000", 1));
        Assert.Equal([12, 700], sim.Nand!.Array.Bad);
    }

    [Fact]
    public void Planes_have_buffers_and_dies_have_features_of_their_own()
    {
        using SimSpiBench planes = Open("MT29F2G01ABAGD");
        planes.Nand!.Array.Write(64, 0, [0x64]);
        Load(planes, 64);
        Assert.Equal("ff64", Ask(planes, "03000000", 1) + Ask(planes, "03100000", 1));

        using SimSpiBench dies = Open("W25M02GV");
        dies.Nand!.Array.Write(1024 * 64, 0, [0x22]);
        Ask(dies, "1fb008", 0);
        Ask(dies, "c201", 0);
        Assert.Equal("18", Ask(dies, "0fb0", 1));
        Load(dies, 0);
        Assert.Equal("22", Ask(dies, "03000000", 1));
        Ask(dies, "c200", 0);
        Assert.Equal("08", Ask(dies, "0fb0", 1));
    }

    [Fact]
    public void Without_buffer_mode_the_pages_that_follow_come_without_their_spare_bytes()
    {
        using SimSpiBench sim = Open("W25N01GV", "b0=10");
        sim.Nand!.Array.Write(3, 0, [0x33]);
        sim.Nand.Array.Write(4, 0, [0x44]);
        Load(sim, 3);
        byte[] read = Convert.FromHexString(Ask(sim, "03012300", 2049));
        Assert.Equal((0x33, 0x44), (read[0], read[2048]));
    }

    [Fact]
    public void Of_a_read_by_four_lines_one_line_is_seen()
    {
        using SimSpiBench sim = Open("MX35LF1GE4AB");
        sim.Nand!.Array.Write(0, 0, [0x20, 0x02, 0x00, 0x22]);
        Load(sim, 0);
        Assert.Equal("93", Ask(sim, "6b000000", 1));
    }

    [Fact]
    public void It_is_never_written_and_says_so()
    {
        using SimSpiBench sim = Open("W25N01GV");
        Ask(sim, "06", 0);
        Assert.Equal("02", Ask(sim, "0fc0", 1));
        Ask(sim, "d8000000", 0);
        Assert.Equal("04", Ask(sim, "0fc0", 1));
        Ask(sim, "ff", 0);
        sim.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("00", Ask(sim, "0fc0", 1));
    }

    [Fact]
    public void Files_are_data_and_spare_bytes_apart_and_come_back_as_they_are()
    {
        string image = Path.Combine(_folder.FullName, "nand.bin"), oob = Path.Combine(_folder.FullName, "oob.bin");
        File.WriteAllBytes(image, [.. new byte[2048], 1, 2, 3]);
        File.WriteAllBytes(oob, [.. new byte[64], 7, 8]);
        using (SimSpiBench sim = Open("W25N01GV", $"image={image}&oob={oob}&save=1"))
        {
            Load(sim, 1);
            Assert.Equal("010203ff0708", Ask(sim, "03000000", 4) + Ask(sim, "03080000", 2));
        }
        byte[] saved = File.ReadAllBytes(image);
        Assert.Equal((128 << 20, (byte)3, (byte)0xFF), (saved.Length, saved[2050], saved[^1]));
        byte[] spare = File.ReadAllBytes(oob);
        Assert.Equal((4 << 20, (byte)8), (spare.Length, spare[65]));
    }

    [Theory]
    [InlineData("bad=1024")]
    [InlineData("flips=1x2x3")]
    [InlineData("flips=65536")]
    [InlineData("state=x")]
    [InlineData("b0=123")]
    [InlineData("image=/nowhere")]
    public void What_such_a_chip_has_not_is_refused(string query) =>
        Assert.StartsWith("sim-", Assert.Throws<UnbrickException>(() => Open("W25N01GV", query)).Problem.Code, StringComparison.Ordinal);

    [Fact]
    public void Any_bytes_are_fine()
    {
        Random random = new(5);
        foreach (string model in SimNandModels.Names)
        {
            using SimSpiBench sim = Open(model);
            ISpiMaster master = sim.Connect();
            byte[] opcodes = [0x03, 0x0B, 0x6B, 0x0F, 0x1F, 0x13, 0x9F, 0xC2, 0xFF, 0x06, 0x10, 0xD8, 0x00];
            for (int i = 0; i < 2_000; i++)
            {
                byte[] write = new byte[random.Next(1, 6)];
                random.NextBytes(write);
                write[0] = opcodes[random.Next(opcodes.Length)];
                master.Transfer(write, new byte[random.Next(2) * random.Next(10_000)]);
                sim.Time.Advance(TimeSpan.FromMicroseconds(random.Next(200)));
            }
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private SimSpiBench Open(string model, string query = "") => SpiSims.Open($"sim:spi/{model}?{query}", _time);

    /// <summary>Loads a page and tells the status.</summary>
    private static string Load(SimSpiBench sim, int page)
    {
        Ask(sim, $"13{page:x6}", 0);
        sim.Time.Advance(TimeSpan.FromMilliseconds(1));
        return Ask(sim, "0fc0", 1);
    }

    private static string Ask(SimSpiBench sim, string write, int length)
    {
        byte[] read = new byte[length];
        sim.Connect().Transfer(Convert.FromHexString(write), read);
        return Convert.ToHexStringLower(read);
    }

    private static string Hex(string text) => Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(text));
}
