using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Sim;
using Unbrick.Sim.Consoles;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>A backup that the loader sends by <c>tftpput</c>, and what is done where it cannot.</summary>
public sealed class SentMemoryTests : IDisposable
{
    private const int Length = 0x2_0000 + 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("unbrick-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_loader_sends_it_and_its_own_checksum_proves_it()
    {
        (LoaderResult result, ConsoleBench sim, Bench bench) = Backup("u-boot", 0, Length);

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal(sim.Device.ReadMemory(0, Length), File.ReadAllBytes(Dump));
        Assert.Contains("sent by tftpput", Assert.Single(bench.Said.OfType<Note>(), n => n.Topic == "dump").Text, StringComparison.Ordinal);
        // The text of so many bytes would take a minute.
        Assert.True(bench.Loader.Time.GetUtcNow() - DateTimeOffset.UnixEpoch < TimeSpan.FromSeconds(20));
        Assert.False(File.Exists(Dump + ".part"));
    }

    [Fact]
    public void What_arrives_damaged_is_asked_for_again()
    {
        int came = 0;
        (LoaderResult result, ConsoleBench sim, Bench bench) = Backup("u-boot", 0, Length, content => ++came == 1 ? Damaged(content) : content);

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal(sim.Device.ReadMemory(0, Length), File.ReadAllBytes(Dump));
        Assert.Contains(bench.Said.OfType<Note>(), n => n.Text.Contains("not that of what came", StringComparison.Ordinal));
    }

    [Fact]
    public void What_never_arrives_right_is_read_through_the_console()
    {
        (LoaderResult result, ConsoleBench sim, Bench bench) = Backup("u-boot", 0, 0x800, Damaged);

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal(sim.Device.ReadMemory(0, 0x800), File.ReadAllBytes(Dump));
        Assert.Contains(bench.Said.OfType<Note>(), n => n.Text.Contains("by the console then", StringComparison.Ordinal));
        Assert.DoesNotContain("tftpput", Assert.Single(bench.Said.OfType<Note>(), n => n.Topic == "dump").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_never_comes_is_told_with_the_loaders_own_words()
    {
        (LoaderResult result, _, Bench bench) = Backup("u-boot", 0, 0x400, _ => null);

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Contains(bench.Said.OfType<Note>(), n => n.Text.StartsWith("tftpput: Bytes transferred = 1024", StringComparison.Ordinal));
    }

    [Fact]
    public void A_loader_that_lacks_the_command_is_read_through_its_console()
    {
        (LoaderResult result, ConsoleBench sim, Bench bench) = Backup("tp-link", 0x9F00_0000, 0x800);

        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal(sim.Device.ReadMemory(0x9F00_0000, 0x800), File.ReadAllBytes(Dump));
        Assert.Contains(bench.Said.OfType<Note>(), n => n.Text.Contains("has no tftpput", StringComparison.Ordinal));
    }

    private string Dump => Path.Combine(_folder, "dump.bin");

    private static ReadOnlyMemory<byte>? Damaged(ReadOnlyMemory<byte> content)
    {
        byte[] copy = content.ToArray();
        copy[copy.Length / 2] ^= 1;
        return copy;
    }

    private (LoaderResult Result, ConsoleBench Sim, Bench Bench) Backup(string loader, long at, int length, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>? arriving = null)
    {
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        ConsoleBench sim = ConsoleSims.OpenBench($"sim:console/{loader}?power=off", time);
        Bench bench = new(sim.Port, time, sim.Device.PowerCycle, new SimServer(sim) { Arriving = arriving });
        return (bench.Run(new StopStep(PowerAction.On), new DumpStep(at, length, Dump)), sim, bench);
    }
}
