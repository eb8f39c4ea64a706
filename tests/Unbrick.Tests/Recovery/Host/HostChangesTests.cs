using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Net.Host;
using Unbrick.Recovery.Host;
using static Unbrick.Tests.Recovery.Host.FakeHost;

namespace Unbrick.Tests.Recovery.Host;

public sealed class HostChangesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-test-");
    private readonly FakeHost _host = new(Adapter("eth0", 2, enabled: false), Adapter("eth1", 3, enabled: true, "10.0.0.5/8"));

    private static readonly NeighborEntry s_buffalo = new(IPAddress.Parse("192.168.11.1"), PhysicalAddress.Parse("02-AA-BB-CC-DD-20"));

    private string Path => System.IO.Path.Combine(_folder.FullName, "state", "host-changes.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_a_run_changes_is_taken_back_at_its_end_in_reverse_order()
    {
        string before = _host.State;
        using HostChanges changes = new(_host, Journal(1));
        Assert.True(changes.Enable("eth0"));
        Assert.True(changes.AddAddress("eth0", Address("192.168.0.66/24")));
        Assert.True(changes.AddAddress("eth1", Address("192.168.1.10/24")));
        Assert.Equal("eth0 #2 on 192.168.0.66/24; eth1 #3 on 10.0.0.5/8,192.168.1.10/24", _host.State);
        Assert.Equal(
            ["192.168.1.10/24 removed from eth1", "192.168.0.66/24 removed from eth0", "eth0 switched off again"],
            changes.Undo().Select(one => one.Text));
        Assert.Equal(before, _host.State);
        Assert.Empty(changes.Undo());
    }

    [Fact]
    public void A_fixed_neighbour_is_taken_back_too()
    {
        string before = _host.State;
        using (HostChanges changes = new(_host, Journal(1)))
        {
            Assert.True(changes.FixNeighbor("eth1", s_buffalo));
            Assert.False(changes.FixNeighbor("eth1", s_buffalo));
            Assert.Equal(s_buffalo, _host.FixedNeighbor("eth1", s_buffalo.Address));
            Assert.Equal(["fixed neighbour 192.168.11.1 at 02:aa:bb:cc:dd:20 removed from eth1"], changes.Undo().Select(one => one.Text));
        }
        Assert.Equal(before, _host.State);
    }

    [Fact]
    public void A_neighbour_that_somebody_fixed_is_used_or_told_and_never_removed()
    {
        _host.AddNeighbor("eth1", s_buffalo);
        using (HostChanges changes = new(_host, Journal(1)))
        {
            Assert.False(changes.FixNeighbor("eth1", s_buffalo));
            NeighborEntry other = s_buffalo with { Mac = PhysicalAddress.Parse("02-AA-BB-CC-DD-21") };
            Assert.Equal(NetworkFailure.Other, Assert.Throws<NetworkException>(() => changes.FixNeighbor("eth1", other)).Failure);
        }
        Assert.Equal(s_buffalo, _host.FixedNeighbor("eth1", s_buffalo.Address));
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void A_neighbour_can_make_way_for_another_one_in_the_middle_of_a_run()
    {
        string before = _host.State;
        NeighborEntry other = s_buffalo with { Mac = PhysicalAddress.Parse("02-AA-BB-CC-DD-21") };
        using HostChanges changes = new(_host, Journal(1));
        changes.FixNeighbor("eth1", s_buffalo);
        changes.AddAddress("eth1", Address("192.168.11.2/24"));

        Assert.False(changes.ReleaseNeighbor("eth1", other));
        Assert.True(changes.ReleaseNeighbor("eth1", s_buffalo));
        Assert.False(changes.ReleaseNeighbor("eth1", s_buffalo));
        Assert.True(changes.FixNeighbor("eth1", other));

        Assert.Equal(other, _host.FixedNeighbor("eth1", s_buffalo.Address));
        Assert.Equal(
            ["fixed neighbour 192.168.11.1 at 02:aa:bb:cc:dd:21 removed from eth1", "192.168.11.2/24 removed from eth1"],
            changes.Undo().Select(one => one.Text));
        Assert.Equal(before, _host.State);
    }

    [Fact]
    public void A_fixed_neighbour_that_a_killed_run_left_is_removed_by_the_next_and_a_changed_one_stays()
    {
        new HostChanges(_host, Journal(1)).FixNeighbor("eth1", s_buffalo);
        FakeHost changed = _host.Clone();
        changed.AddNeighbor("eth1", s_buffalo with { Mac = PhysicalAddress.Parse("02-AA-BB-CC-DD-21") });
        byte[] journal = File.ReadAllBytes(Path);

        Assert.Equal(UndoOutcome.Undone, Assert.Single(Journal(2).Recover(_host)).Outcome);
        File.WriteAllBytes(Path, journal);
        Assert.Equal(UndoOutcome.Gone, Assert.Single(Journal(3).Recover(changed)).Outcome);

        Assert.Null(_host.FixedNeighbor("eth1", s_buffalo.Address));
        Assert.NotNull(changed.FixedNeighbor("eth1", s_buffalo.Address));
    }

    [Fact]
    public void What_was_there_before_is_used_and_left_alone()
    {
        string before = _host.State;
        using (HostChanges changes = new(_host, Journal(1)))
        {
            Assert.False(changes.AddAddress("eth1", Address("10.0.0.5/8")));
            Assert.False(changes.Enable("eth1"));
        }
        Assert.Equal(before, _host.State);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void An_address_that_somebody_adds_at_the_same_moment_stays_theirs()
    {
        _host.BeforeChange = () =>
        {
            _host.BeforeChange = static () => { };
            _host.Give("eth1", "192.168.0.66/24");
        };
        using (HostChanges changes = new(_host, Journal(1)))
            Assert.False(changes.AddAddress("eth1", Address("192.168.0.66/24")));
        Assert.Empty(Journal(2).Recover(_host));
        Assert.Contains("192.168.0.66/24", _host.State, StringComparison.Ordinal);
    }

    [Fact]
    public void The_journal_knows_of_a_change_before_it_is_made()
    {
        string atChange = "";
        _host.BeforeChange = () => atChange = File.ReadAllText(Path);
        using HostChanges changes = new(_host, Journal(1));
        changes.AddAddress("eth1", Address("192.168.0.66/24"));
        Assert.Equal(
            "{'state':'planned','kind':'address','adapter':'eth1','index':3,'address':'192.168.0.66/24','pid':1,'started':'start-1',"
                + "'boot':'boot-1','network':'net:[1]','at':'2026-11-21T20:14:31+00:00'}\n",
            atChange.Replace('"', '\''));
    }

    [Fact]
    public void Without_a_journal_nothing_is_changed()
    {
        string before = _host.State;
        Directory.CreateDirectory(Path); // a folder stands where the file should be
        using HostChanges changes = new(_host, Journal(1));
        UnbrickException e = Assert.Throws<UnbrickException>(() => changes.AddAddress("eth1", Address("192.168.0.66/24")));
        Assert.Equal(("host-journal-unusable", ExitCode.NotFound), (e.Problem.Code, e.ExitCode));
        Assert.Contains(Path, Assert.Single(e.Problem.Seen), StringComparison.Ordinal);
        Assert.Equal(before, _host.State);
    }

    [Fact]
    public void A_change_that_is_refused_leaves_nothing_behind()
    {
        string before = _host.State;
        _host.BeforeChange = static () => throw new NetworkException(NetworkFailure.NotPermitted, "no");
        using (HostChanges changes = new(_host, Journal(1)))
        {
            Assert.Equal(
                NetworkFailure.NotPermitted,
                Assert.Throws<NetworkException>(() => changes.AddAddress("eth1", Address("192.168.0.66/24"))).Failure);
        }
        Assert.Equal(before, _host.State);
        Assert.Empty(Journal(2).Recover(_host));
    }

    [Fact]
    public void A_command_that_fails_after_its_work_is_done_is_undone_at_once()
    {
        string before = _host.State;
        _host.AfterChange = () =>
        {
            _host.AfterChange = static () => { };
            throw new NetworkException(NetworkFailure.Other, "time-out");
        };
        using HostChanges changes = new(_host, Journal(1));
        Assert.Throws<NetworkException>(() => changes.AddAddress("eth1", Address("192.168.0.66/24")));
        Assert.Equal(before, _host.State);
    }

    [Fact]
    public void What_cannot_be_taken_back_is_told_and_tried_again_at_the_next_start()
    {
        string before = _host.State;
        HostChanges changes = new(_host, Journal(1));
        changes.AddAddress("eth1", Address("192.168.0.66/24"));
        _host.BeforeChange = static () => throw new NetworkException(NetworkFailure.NotPermitted, "operation not permitted");
        Assert.Equal("192.168.0.66/24 is still on eth1: operation not permitted", Assert.Single(changes.Undo()).Text);
        Assert.Equal(UndoOutcome.Failed, Assert.Single(Journal(2).Recover(_host)).Outcome);
        _host.BeforeChange = static () => { };
        Assert.Equal(UndoOutcome.Undone, Assert.Single(Journal(3).Recover(_host)).Outcome);
        Assert.Equal(before, _host.State);
    }

    [Fact]
    public void An_adapter_that_others_use_by_now_stays_on()
    {
        HostChanges changes = new(_host, Journal(1));
        changes.Enable("eth0");
        _host.Give("eth0", "192.168.7.7/24");
        Assert.Equal("eth0 stays switched on: it has the address 192.168.7.7/24 now", Assert.Single(changes.Undo()).Text);
        Assert.Empty(Journal(2).Recover(_host));
    }

    [Fact]
    public void An_adapter_that_was_pulled_out_took_its_address_along()
    {
        HostChanges changes = new(_host, Journal(1));
        changes.AddAddress("eth1", Address("192.168.0.66/24"));
        _host.Replace("eth1", null);
        Assert.Equal("192.168.0.66/24 is no longer on eth1", Assert.Single(changes.Undo()).Text);
    }

    [Fact]
    public void An_adapter_that_is_not_there_is_said_to_be_missing()
    {
        using HostChanges changes = new(_host, Journal(1));
        Assert.Equal(
            NetworkFailure.NoSuchAdapter,
            Assert.Throws<NetworkException>(() => changes.AddAddress("eth9", Address("192.168.0.66/24"))).Failure);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void After_the_end_no_change_can_be_made_that_nobody_would_undo()
    {
        HostChanges changes = new(_host, Journal(1));
        changes.Dispose();
        Assert.Throws<ObjectDisposedException>(() => changes.Enable("eth0"));
    }

    private HostJournal Journal(int pid) => new(Path, new FakeProcesses(pid), new FixedTime());
}
