[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Unbrick.E2E;

/// <summary>Tests that keep a whole core busy (QEMU, loss with the client's own timers): one at a time, and nothing beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
