namespace Unbrick.Sim.Spi.Faults;

/// <summary>A fault that can be asked for by name.</summary>
public sealed class FaultKind
{
    internal FaultKind(string name, string value, string example, string effect, Func<FaultValue, SpiFault> make)
    {
        Name = name;
        Value = value;
        Example = example;
        Effect = effect;
        Make = make;
    }

    /// <summary>The word before <c>=</c>.</summary>
    public string Name { get; }

    /// <summary>What stands behind it: <c>FROM+LENGTH</c>.</summary>
    public string Value { get; }

    /// <summary>A whole item: <c>lost=100+20</c>.</summary>
    public string Example { get; }

    /// <summary>What it does, one sentence.</summary>
    public string Effect { get; }

    /// <summary>Makes it; throws an UnbrickException for a value that cannot be read.</summary>
    internal Func<FaultValue, SpiFault> Make { get; }
}
