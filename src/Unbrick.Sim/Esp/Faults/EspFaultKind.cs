using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Sim.Esp.Faults;

/// <summary>A fault that can be asked for by name.</summary>
public sealed class EspFaultKind
{
    internal EspFaultKind(string name, string value, string example, string effect, Action<EspFaults, FaultValue> set) =>
        (Name, Value, Example, Effect, Set) = (name, value, example, effect, set);

    /// <summary>The word before <c>=</c>.</summary>
    public string Name { get; }

    /// <summary>What stands behind it; empty when nothing does.</summary>
    public string Value { get; }

    /// <summary>A whole item.</summary>
    public string Example { get; }

    /// <summary>What it does, one sentence.</summary>
    public string Effect { get; }

    /// <summary>Brings it.</summary>
    internal Action<EspFaults, FaultValue> Set { get; }
}
