using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>
/// Thread 003 with the program itself: dump, edit, write back, on a chip behind a CH341A that answers at the libusb ABI. The seconds are modelled, so
/// that they are the same on every machine.
/// </summary>
public sealed class SpiWriteTests
{
    private const int FailedAfterChange = 5;

    [Fact]
    public async Task A_dump_is_edited_and_written_back_and_the_backup_is_known_the_next_time()
    {
        Needs.SpiLab("python3");
        using VirtualChip chip = new(await ImageAsync("a"));
        string dump = chip.Beside("dump.bin"), edited = chip.Beside("edited.bin");

        Ended read = await chip.UnbrickAsync(["spi", "backup", "-o", dump, "--json"]);
        Assert.True(read.ExitCode == 0, read.ToString());
        Assert.Equal((2, true), (Result(read).GetProperty("reads").GetInt32(), Result(read).GetProperty("identical").GetBoolean()));
        Assert.Equal(await File.ReadAllBytesAsync(chip.Content, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(dump, TestContext.Current.CancellationToken));

        Ended edit = await chip.UnbrickAsync(
            ["image", "edit", dump, "--device", "xiaomi_mi-router-4a-gigabit", "--set", "bootdelay=5", "--set", "uart_en=1", "--mac-from-label", "50:64:2b:11:22:30", "-o", edited]);
        Assert.True(edit.ExitCode == 0, edit.ToString());
        Ended write = await chip.UnbrickAsync(["spi", "write", edited, "--yes", "--json"]);

        Assert.True(write.ExitCode == 0, write.ToString());
        Assert.Equal(("done", "as-planned"), (Text(write, "outcome"), Text(write, "state")));
        Assert.Equal(4, Result(write).GetProperty("sectors").GetProperty("changed").GetInt32());
        Assert.Equal(await File.ReadAllBytesAsync(edited, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(chip.Content, TestContext.Current.CancellationToken));
        Assert.InRange(chip.Seconds, 1, 3); // the contact, 48 samples of the kept backup, one sector: not two minutes
    }

    [Fact]
    public async Task An_edit_with_its_first_backup_reads_the_chip_once()
    {
        Needs.SpiLab("python3");
        byte[] wanted = await ImageAsync("c");
        using VirtualChip chip = new(await ImageAsync("a"));
        string file = chip.Beside("c.bin");
        await File.WriteAllBytesAsync(file, wanted, TestContext.Current.CancellationToken);

        Ended write = await chip.UnbrickAsync(["spi", "write", file, "--yes"]);

        Assert.True(write.ExitCode == 0, write.ToString());
        Assert.Equal(wanted, await File.ReadAllBytesAsync(chip.Content, TestContext.Current.CancellationToken));
        Assert.InRange(chip.Seconds, 122, 126);
    }

    [Fact]
    public async Task A_write_that_was_unplugged_goes_on_where_it_stopped()
    {
        Needs.SpiLab("python3");
        byte[] wanted = await ImageAsync("full");
        using VirtualChip chip = new(await ImageAsync("a"));
        string file = chip.Beside("full.bin");
        await File.WriteAllBytesAsync(file, wanted, TestContext.Current.CancellationToken);

        Ended cut = await chip.UnbrickAsync(["spi", "write", file, "--yes", "--json"], ("VUSB_UNPLUG_CS", "100000"));
        Assert.True(cut.ExitCode == FailedAfterChange, cut.ToString());
        Assert.Equal("mixed", Text(cut, "state"));
        Ended other = await chip.UnbrickAsync(["spi", "write", file, "--yes", "--json"]);
        Assert.Equal((4, "spi-unfinished"), (other.ExitCode, Result(other).GetProperty("diagnosis")[0].GetProperty("code").GetString()));
        Ended rest = await chip.UnbrickAsync(["spi", "write", "--resume", "--json"]);

        Assert.True(rest.ExitCode == 0, rest.ToString());
        Assert.Equal(wanted, await File.ReadAllBytesAsync(chip.Content, TestContext.Current.CancellationToken));
    }

    private static async Task<byte[]> ImageAsync(string name)
    {
        using Scratch scratch = new();
        string folder = scratch.Beside("images");
        Ended made = await Peer.RunAsync(
            ["python3", Path.Combine(Paths.Repository, "bench", "spi", "mkimages.py"), folder], TimeSpan.FromMinutes(1), scratch.Environment);
        Assert.True(made.ExitCode == 0, made.ToString());
        return await File.ReadAllBytesAsync(Path.Combine(folder, name + ".bin"), TestContext.Current.CancellationToken);
    }

    private static JsonElement Result(Ended ended) => JsonElement.Parse(ended.Output.Trim().Split('\n')[^1]);

    private static string? Text(Ended ended, string name) => Result(ended).GetProperty(name).GetString();
}
