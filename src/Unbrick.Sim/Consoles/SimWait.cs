namespace Unbrick.Sim.Consoles;

/// <summary>What a simulated program waits for: a time, a key, a signal, or another program that it calls.</summary>
internal readonly record struct SimWait
{
    /// <summary>At most so long; null for ever.</summary>
    public TimeSpan? For { get; private init; }

    /// <summary>A key ends it, too.</summary>
    public bool Key { get; private init; }

    /// <summary>The network ends it, too.</summary>
    public bool Signal { get; private init; }

    /// <summary>Run this first.</summary>
    public IEnumerable<SimWait>? Program { get; private init; }

    /// <summary>The processor is busy and does not look at its keys.</summary>
    public static SimWait Busy(double milliseconds) => new() { For = TimeSpan.FromMilliseconds(milliseconds) };

    /// <summary>Waits for a key.</summary>
    public static SimWait ForKey(TimeSpan? atMost = null) => new() { For = atMost, Key = true };

    /// <summary>Waits for the network, or a key.</summary>
    public static SimWait ForNetwork(TimeSpan? atMost = null) => new() { For = atMost, Key = true, Signal = true };

    /// <summary>Runs another program to its end.</summary>
    public static SimWait Call(IEnumerable<SimWait> program) => new() { Program = program };
}
