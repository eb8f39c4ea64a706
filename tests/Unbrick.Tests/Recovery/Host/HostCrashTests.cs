using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Host;
using Unbrick.Recovery.Host;
using static Unbrick.Tests.Recovery.Host.FakeHost;

namespace Unbrick.Tests.Recovery.Host;

/// <summary>
/// Kills a run between any two steps and within any write: whatever is on the disk and on the machine then, the next start must restore
/// the machine as it was before the run.
/// </summary>
public sealed class HostCrashTests : IDisposable
{
    private const string UsersAddress = "192.168.0.23/24";
    private const int EveryOneIsTooSlow = 61;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-test-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "host-changes.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void After_a_crash_at_any_byte_of_the_journal_the_machine_is_restored()
    {
        FakeHost host = Machine();
        string before = host.State;
        List<(long Journal, FakeHost Host)> moments = [(0, host.Clone())];
        void Remember() => moments.Add((File.Exists(Path) ? new FileInfo(Path).Length : 0, host.Clone()));
        host.BeforeChange = Remember;
        host.AfterChange = Remember;
        Run(host, pid: 1).Dispose();
        Remember();
        byte[] journal = File.ReadAllBytes(Path);
        Assert.Equal(journal.Length, moments[^1].Journal);

        int crashes = 0;
        foreach (((long from, FakeHost then), (long to, _)) in moments.Zip(moments.Skip(1)))
        {
            for (long cut = from; cut <= to; cut++)
            {
                crashes++;
                File.WriteAllBytes(Path, journal[..(int)cut]);
                FakeHost machine = then.Clone();
                Assert.DoesNotContain(Journal(2).Recover(machine), one => one.Outcome is UndoOutcome.Failed or UndoOutcome.Kept);
                Assert.True(before == machine.State, $"cut at {cut} of {journal.Length}: {machine.State}");
                Assert.Empty(Journal(3).Recover(machine));
                if (cut % EveryOneIsTooSlow != 0)
                    continue;
                Run(machine, pid: 3).Dispose();
                Assert.Equal(before, machine.State);
            }
        }
        Assert.True(crashes > 1000, $"{crashes} crashes");
    }

    [Fact]
    public void After_a_crash_of_the_cleaning_up_itself_the_next_one_finishes_it()
    {
        const int Changes = 4;
        for (int survived = 0; survived < 2 * Changes; survived++)
        {
            File.Delete(Path);
            FakeHost host = Machine();
            string before = host.State;
            Run(host, pid: 1);
            int left = survived;
            host.BeforeChange = host.AfterChange = () => left = left > 0 ? left - 1 : throw new CrashException();
            Assert.Throws<CrashException>(() => Journal(2).Recover(host));
            host.BeforeChange = host.AfterChange = static () => { };
            Journal(3).Recover(host);
            Assert.Equal(before, host.State);
            Assert.Empty(Journal(4).Recover(host));
        }
    }

    private static FakeHost Machine() => new(Adapter("eth0", 2, enabled: false), Adapter("eth1", 3, enabled: true, UsersAddress));

    private HostChanges Run(FakeHost host, int pid)
    {
        HostChanges changes = new(host, Journal(pid));
        changes.Enable("eth0");
        changes.AddAddress("eth0", Address("192.168.0.66/24"));
        changes.AddAddress("eth1", Address("192.168.1.10/24"));
        changes.AddAddress("eth1", Address(UsersAddress));
        changes.FixNeighbor("eth1", new NeighborEntry(IPAddress.Parse("192.168.11.1"), PhysicalAddress.Parse("02-AA-BB-CC-DD-20")));
        return changes;
    }

    private HostJournal Journal(int pid) => new(Path, new FakeProcesses(pid), new FixedTime());

    private sealed class CrashException : Exception;
}
