using Unbrick.Recovery.Host;

namespace Unbrick.Tests.Recovery.Host;

/// <summary>Runs by their numbers; all are of the same boot and namespace unless said otherwise.</summary>
internal sealed class FakeProcesses(int pid, params IEnumerable<int> living) : IProcessTable
{
    private readonly HashSet<int> _living = [pid, .. living];

    public string Boot { get; init; } = "boot-1";

    public string Network { get; init; } = "net:[1]";

    public RunIdentity Self => new(pid, $"start-{pid}", Boot, Network);

    public bool IsAlive(RunIdentity run) => run.Boot == Boot && _living.Contains(run.Pid);
}
