using System.Text;
using Unbrick.Core.Problems;
using Unbrick.Net.Host;
using Unbrick.Recovery.Host;
using static Unbrick.Tests.Recovery.Host.FakeHost;

namespace Unbrick.Tests.Recovery.Host;

public sealed class HostJournalTests : IDisposable
{
    private const string RestOfLine =
        "\"index\":2,\"pid\":1,\"started\":\"\",\"boot\":\"boot-1\",\"network\":\"net:[1]\",\"at\":\"2026-11-21T20:14:31+00:00\"}\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-test-");
    private readonly FakeHost _host = new(Adapter("eth0", 2, enabled: true, "10.0.0.5/8"));

    private string Path => System.IO.Path.Combine(_folder.FullName, "state", "host-changes.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_a_dead_run_left_is_taken_back_once()
    {
        string before = _host.State;
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        UndoneChange undone = Assert.Single(Journal(2).Recover(_host));
        Assert.Equal((UndoOutcome.Undone, "192.168.0.66/24 removed from eth0"), (undone.Outcome, undone.Text));
        Assert.Equal(before, _host.State);
        Assert.Empty(Journal(2).Recover(_host));
    }

    [Fact]
    public void What_a_living_run_uses_is_left_alone()
    {
        using HostChanges changes = new(_host, Journal(1));
        changes.AddAddress("eth0", Address("192.168.0.66/24"));
        string during = _host.State;
        Assert.Empty(Journal(2, living: 1).Recover(_host));
        Assert.Equal(during, _host.State);
        Assert.Equal(UndoOutcome.Undone, Assert.Single(changes.Undo()).Outcome);
    }

    [Fact]
    public void A_later_program_with_the_same_process_id_is_no_living_run()
    {
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        string text = File.ReadAllText(Path).Replace("start-1", "start-0", StringComparison.Ordinal);
        File.WriteAllText(Path, text);
        HostJournal later = new(Path, new PidsWithStart(2), new FixedTime());
        Assert.Equal(UndoOutcome.Undone, Assert.Single(later.Recover(_host)).Outcome);
    }

    [Fact]
    public void What_a_living_run_has_taken_over_from_a_dead_one_is_left_alone()
    {
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        _host.RemoveAddress("eth0", Address("192.168.0.66/24")); // the user's hand; run 3 then adds it anew
        using HostChanges third = new(_host, Journal(3));
        third.AddAddress("eth0", Address("192.168.0.66/24"));
        string during = _host.State;
        Assert.Equal(UndoOutcome.Kept, Assert.Single(Journal(2, living: 3).Recover(_host)).Outcome);
        Assert.Equal(during, _host.State);
    }

    [Fact]
    public void After_a_restart_of_the_machine_the_same_address_is_not_ours()
    {
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        string before = _host.State; // the user has made it permanent
        HostJournal later = new(Path, new FakeProcesses(1) { Boot = "boot-2" }, new FixedTime());
        Assert.Equal(UndoOutcome.Gone, Assert.Single(later.Recover(_host)).Outcome);
        Assert.Equal(before, _host.State);
        Assert.Equal(0, new FileInfo(Path).Length);
    }

    [Fact]
    public void In_another_network_namespace_nothing_is_touched_and_nothing_forgotten()
    {
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        FakeHost container = new(Adapter("eth0", 2, enabled: true, "192.168.0.66/24"));
        string before = container.State;
        Assert.Empty(new HostJournal(Path, new FakeProcesses(2) { Network = "net:[2]" }, new FixedTime()).Recover(container));
        Assert.Equal(before, container.State);
        Assert.Equal(UndoOutcome.Undone, Assert.Single(Journal(3).Recover(_host)).Outcome);
    }

    [Fact]
    public void An_adapter_of_the_same_name_that_was_plugged_in_later_is_another_one()
    {
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        _host.Replace("eth0", Adapter("eth0", 9, enabled: true, "192.168.0.66/24"));
        string before = _host.State;
        Assert.Equal(UndoOutcome.Gone, Assert.Single(Journal(2).Recover(_host)).Outcome);
        Assert.Equal(before, _host.State);
    }

    [Fact]
    public void An_adapter_that_was_renamed_is_still_found()
    {
        string clean = _host.State;
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        _host.Replace("eth0", _host.Adapters()[0] with { Name = "enp3s0" });
        Assert.Equal(UndoOutcome.Undone, Assert.Single(Journal(2).Recover(_host)).Outcome);
        Assert.Equal(clean.Replace("eth0", "enp3s0", StringComparison.Ordinal), _host.State);
    }

    [Fact]
    public void Without_a_journal_there_is_nothing_to_do_and_none_is_made()
    {
        Assert.Empty(Journal(1).Recover(_host));
        Assert.False(Directory.Exists(System.IO.Path.GetDirectoryName(Path)));
    }

    [Fact]
    public void Only_the_owner_can_read_the_journal()
    {
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Path)!));
        }
        Assert.NotEmpty(Journal(2).Recover(_host));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("null\n[]\n{}\n7\n\"\n")]
    [InlineData("{\"state\":\"planned\"}\n")]
    [InlineData("{\"state\":\"planned\",\"kind\":\"address\",\"adapter\":null,\"address\":\"10.0.0.5/8\"," + RestOfLine)]
    [InlineData("{\"state\":\"planned\",\"kind\":\"address\",\"adapter\":\"eth0\",\"address\":\"10.0.0.5/33\"," + RestOfLine)]
    [InlineData("{\"state\":\"planned\",\"kind\":\"firewall\",\"adapter\":\"eth0\",\"address\":null," + RestOfLine)]
    public void Lines_that_make_no_sense_change_nothing_and_are_cleared(string text)
    {
        string before = _host.State;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, text);
        Assert.Empty(Journal(2).Recover(_host));
        Assert.Equal(before, _host.State);
        Assert.Equal(0, new FileInfo(Path).Length);
    }

    [Fact]
    public void The_same_line_with_sense_is_acted_upon()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        const string Start = "{\"state\":\"planned\",\"kind\":\"address\",\"adapter\":\"eth0\",\"address\":\"10.0.0.5/8\",";
        File.WriteAllText(Path, Start + RestOfLine);
        Assert.Equal(UndoOutcome.Undone, Assert.Single(Journal(2).Recover(_host)).Outcome);
    }

    [Fact]
    public void Garbage_around_a_line_does_not_hide_it()
    {
        string before = _host.State;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        byte[] garbage = new byte[3 << 20];
        new Random(5).NextBytes(garbage);
        File.WriteAllBytes(Path, garbage);
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        File.AppendAllText(Path, "{\"state\":\"pla", Encoding.UTF8);
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.67/24"));
        Assert.Equal([UndoOutcome.Undone, UndoOutcome.Undone], Journal(2).Recover(_host).Select(one => one.Outcome));
        Assert.Equal(before, _host.State);
    }

    [Fact]
    public void Many_runs_at_once_lose_no_line_of_each_other()
    {
        const int Runs = 8;
        NetworkAdapter[] adapters = [.. Enumerable.Range(1, Runs).Select(run => Adapter($"eth{run}", run, enabled: true))];
        FakeHost all = new(adapters);
        string before = all.State;
        Parallel.For(1, Runs + 1, run => // each run has a host of its own, so that only the file is shared
        {
            for (int round = 0; round < 5; round++)
            {
                using HostChanges orderly = new(new FakeHost(adapters[run - 1]), Journal(run));
                orderly.AddAddress($"eth{run}", Address("10.1.1.1/24"));
            }
            new HostChanges(new FakeHost(adapters[run - 1]), Journal(run)).AddAddress($"eth{run}", Address("192.168.0.66/24"));
        });
        for (int run = 1; run <= Runs; run++)
            all.Give($"eth{run}", "192.168.0.66/24");
        Assert.Equal(Enumerable.Repeat(UndoOutcome.Undone, Runs), Journal(99).Recover(all).Select(one => one.Outcome));
        Assert.Equal(before, all.State);
    }

    [Fact]
    public void A_file_that_another_run_never_gives_back_is_a_problem_and_no_hang()
    {
        new HostChanges(_host, Journal(1)).AddAddress("eth0", Address("192.168.0.66/24"));
        using JournalFile held = JournalFile.Hold(Path, mostTries: 1);
        HostJournal impatient = new(Path, new FakeProcesses(2), new FixedTime()) { LockTries = 3 };
        Assert.Equal("host-journal-unusable", Assert.Throws<UnbrickException>(() => impatient.Recover(_host)).Problem.Code);
    }

    private HostJournal Journal(int pid, params int[] living) => new(Path, new FakeProcesses(pid, living), new FixedTime());

    /// <summary>Every process id lives, but with the start time that belongs to it now.</summary>
    private sealed class PidsWithStart(int pid) : IProcessTable
    {
        public RunIdentity Self => new(pid, $"start-{pid}", "boot-1", "net:[1]");

        public bool IsAlive(RunIdentity run) => run.Started == $"start-{run.Pid}";
    }
}
