using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>The simulated chip as Debian's flashrom finds it: the same bytes come and go, and it sees what there is to see.</summary>
public sealed class SerprogTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Theory]
    [InlineData("W25X05", "W25X05", 0x1_0000)]
    [InlineData("W25Q80BV", "W25Q80", 0x10_0000)]
    [InlineData("W25Q128FV", "W25Q128", 0x100_0000)]
    [InlineData("GD25Q128C", "GD25Q128C", 0x100_0000)]
    public async Task Flashrom_reads_writes_verifies_and_erases(string chip, string part, int size)
    {
        Needs.Programs("flashrom");
        string image = _scratch.Serve("chip.bin", size), fresh = _scratch.Serve("new.bin", Changed(size)), read = _scratch.Beside("read.bin");
        byte[] before = await File.ReadAllBytesAsync(image, Token);
        string[] options = ["--chip", chip, "--image", image];
        string name;
        await using (SimulatedFlash flash = await SimulatedFlash.StartAsync(_scratch, options))
        {
            name = await NameAsync(flash, part);
            await Run(flash, "-c", name, "-r", read);
            Assert.Equal(before, await File.ReadAllBytesAsync(read, Token));
            Ended written = await Run(flash, "-c", name, "-w", fresh);
            Assert.Contains("VERIFIED", written.Output, StringComparison.Ordinal);
            Assert.Equal(0, (await flash.StopAsync()).ExitCode);
        }
        Assert.Equal(await File.ReadAllBytesAsync(fresh, Token), await File.ReadAllBytesAsync(image, Token));

        await using (SimulatedFlash flash = await SimulatedFlash.StartAsync(_scratch, options))
        {
            await Run(flash, "-c", name, "-v", fresh);
            await Run(flash, "-c", name, "-E");
            Assert.Equal(0, (await flash.StopAsync()).ExitCode);
        }
        Assert.All(await File.ReadAllBytesAsync(image, Token), b => Assert.Equal(0xFF, b));
    }

    [Theory]
    [InlineData("W25Q64FV", "W25Q64FV")]
    [InlineData("MX25L12835F", "MX25L12835F")]
    [InlineData("W25Q64FW", "W25Q64.W")]
    public async Task Flashrom_knows_the_chip_by_its_id(string chip, string part)
    {
        Needs.Programs("flashrom");
        await using SimulatedFlash flash = await SimulatedFlash.StartAsync(_scratch, "--chip", chip);
        Assert.Contains(part, await NameAsync(flash, part), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flashrom_sees_the_protection_and_lifts_it()
    {
        Needs.Programs("flashrom");
        string state = _scratch.Beside("state.txt"), fresh = _scratch.Serve("new.bin", 0x100_0000);
        await File.WriteAllTextAsync(state, "sr1=24\n", Token); // TB, BP0: the lowest 256 KiB
        await using SimulatedFlash flash = await SimulatedFlash.StartAsync(_scratch, "--chip", "W25Q128FV", "--state", state);

        Ended status = await flash.FlashromAsync("-c", "W25Q128.V", "--wp-status");
        Assert.Contains("Protection range: start=0x00000000 length=0x00040000", status.Output, StringComparison.Ordinal);
        await Run(flash, "-c", "W25Q128.V", "-w", fresh);
        await flash.StopAsync();
        Assert.Contains("sr1=24\n", await File.ReadAllTextAsync(state, Token), StringComparison.Ordinal); // it puts it back
    }

    [Fact]
    public async Task With_a_bad_contact_flashrom_finds_no_chip()
    {
        Needs.Programs("flashrom");
        await using SimulatedFlash flash = await SimulatedFlash.StartAsync(_scratch, "--fault", "rotated=ff");
        Ended ended = await flash.FlashromAsync("-c", "W25Q128.V");
        Assert.Contains("No EEPROM/flash device found", ended.Output + ended.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Other bytes than <see cref="Scratch.Serve(string, int)"/> makes for a size, with erased pages among them.</summary>
    private static byte[] Changed(int size)
    {
        byte[] content = new byte[size];
        new Random(size + 1).NextBytes(content);
        for (int at = 0x3000; at < size; at += 0x2_0000)
            content.AsSpan(at, 0x2000).Fill(0xFF);
        return content;
    }

    /// <summary>What flashrom calls it: one entry of its list may be for several parts, and it may find several entries.</summary>
    private static async Task<string> NameAsync(SimulatedFlash flash, string part)
    {
        Ended ended = await flash.FlashromAsync();
        string? found = ended.Output.Split('\n').FirstOrDefault(line => line.StartsWith("Found ", StringComparison.Ordinal) && line.Contains(part, StringComparison.Ordinal));
        Assert.True(found is not null, ended.ToString());
        return found!.Split('"')[1];
    }

    private static async Task<Ended> Run(SimulatedFlash flash, params string[] options)
    {
        Ended ended = await flash.FlashromAsync(options);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        return ended;
    }
}
