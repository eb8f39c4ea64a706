using Unbrick.Recovery.Host;

namespace Unbrick.Tests.Recovery.Host;

public sealed class ProcessTableTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("unbrick-test-");

    public ProcessTableTests()
    {
        Write("sys/kernel/random/boot_id", "f90d89e6-e298-43ed-8f6e-693ae4f4229a\n");
        Stat(812, "unbrick", 'S', 260390);
        Directory.CreateDirectory(Path.Combine(_root.FullName, "812/ns"));
        File.CreateSymbolicLink(Path.Combine(_root.FullName, "812/ns/net"), "net:[4026532177]");
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_run_is_known_by_process_start_boot_and_namespace() =>
        Assert.Equal(new RunIdentity(812, "260390", "f90d89e6-e298-43ed-8f6e-693ae4f4229a", "net:[4026532177]"), Table().Self);

    [Fact]
    public void It_lives_as_long_as_a_process_with_its_id_and_start_does()
    {
        RunIdentity run = Table().Self;
        Assert.True(Table().IsAlive(run));
        Assert.False(Table().IsAlive(run with { Started = "260391" }));
        Assert.False(Table().IsAlive(run with { Pid = 813 }));
        Assert.False(Table().IsAlive(run with { Boot = "another" }));
        Assert.True(Table().IsAlive(run with { Network = "net:[1]" }));
    }

    [Theory]
    [InlineData('Z', false)]
    [InlineData('X', false)]
    [InlineData('D', true)]
    [InlineData('T', true)]
    public void A_zombie_is_dead(char state, bool alive)
    {
        RunIdentity run = Table().Self;
        Stat(812, "unbrick", state, 260390);
        Assert.Equal(alive, Table().IsAlive(run));
    }

    [Fact]
    public void The_name_of_a_program_cannot_forge_its_start()
    {
        Stat(900, "x) S 1 2 3", 'S', 77);
        Assert.True(Table().IsAlive(Table().Self with { Pid = 900, Started = "77" }));
    }

    [Fact]
    public void A_file_without_fields_is_no_living_process()
    {
        Write("900/stat", "");
        Assert.False(Table().IsAlive(Table().Self with { Pid = 900 }));
    }

    [Fact]
    public void This_process_lives_and_an_earlier_owner_of_its_id_does_not()
    {
        foreach (IProcessTable table in (IProcessTable[])[SystemProcessTable.Create(), new PortableProcessTable()])
        {
            Assert.Equal(Environment.ProcessId, table.Self.Pid);
            Assert.NotEmpty(table.Self.Started);
            Assert.True(table.IsAlive(table.Self));
            Assert.False(table.IsAlive(table.Self with { Started = "1" }));
            Assert.False(table.IsAlive(table.Self with { Pid = int.MaxValue }));
        }
    }

    private LinuxProcessTable Table() => new(812, _root.FullName);

    private void Stat(int pid, string name, char state, long start) =>
        Write($"{pid}/stat", $"{pid} ({name}) {state} 1 {pid} {pid} 0 -1 4194560 100 0 0 0 5 2 0 0 20 0 1 0 {start} 123 45 0 0\n");

    private void Write(string path, string text)
    {
        string full = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
