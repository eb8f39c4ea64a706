using System.Collections.Immutable;
using Unbrick.Core.Problems;

namespace Unbrick.Sim.Consoles;

/// <summary>
/// What is wrong between a host and a console. Text form: a list with commas, such as <c>drop=0.1%,flip=0.01%,cut=5s,seed=7</c>.
/// </summary>
public sealed record ConsoleFaults
{
    private static readonly ImmutableArray<string> s_names =
        ["garble", "drop", "flip", "double", "swap", "no-ground", "dead-rx", "unplug", "reset", "cut", "seed"];

    /// <summary>Nothing.</summary>
    public static ConsoleFaults None { get; } = new();

    /// <summary>The device talks at this rate, in bits a second; null at the loader's own.</summary>
    public int? Garble { get; init; }

    /// <summary>How likely a byte is lost, in either direction.</summary>
    public double Drop { get; init; }

    /// <summary>How likely a byte arrives with one bit turned over, in either direction.</summary>
    public double Flip { get; init; }

    /// <summary>How likely a byte comes twice, in either direction.</summary>
    public double Double { get; init; }

    /// <summary>RX and TX are swapped: nothing is heard on either side.</summary>
    public bool Swap { get; init; }

    /// <summary>No common ground: noise, with or without power, and nothing reaches the device.</summary>
    public bool NoGround { get; init; }

    /// <summary>What is typed does not arrive.</summary>
    public bool DeadReceiver { get; init; }

    /// <summary>The adapter is pulled out after so long; null never.</summary>
    public TimeSpan? Unplug { get; init; }

    /// <summary>The device starts anew after so long; null never.</summary>
    public TimeSpan? Reset { get; init; }

    /// <summary>The device loses its power after so long and gets it back after two seconds; null never.</summary>
    public TimeSpan? Cut { get; init; }

    /// <summary>Of all draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="UnbrickException">A fault that does not exist, or a value that makes no sense.</exception>
    public static ConsoleFaults Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ConsoleFaults faults = None;
        foreach (string item in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            (string name, string value) = equals < 0 ? (item, "") : (item[..equals], item[(equals + 1)..]);
            faults = name switch
            {
                "garble" => faults with { Garble = SimText.Whole(name, value, 50, 4_000_000) },
                "drop" => faults with { Drop = SimText.Percent(name, value) },
                "flip" => faults with { Flip = SimText.Percent(name, value) },
                "double" => faults with { Double = SimText.Percent(name, value) },
                "swap" => faults with { Swap = true },
                "no-ground" => faults with { NoGround = true },
                "dead-rx" => faults with { DeadReceiver = true },
                "unplug" => faults with { Unplug = SimText.Duration(name, value) },
                "reset" => faults with { Reset = SimText.Duration(name, value) },
                "cut" => faults with { Cut = SimText.Duration(name, value) },
                "seed" => faults with { Seed = SimText.Seed(value) },
                _ => throw SimText.Unknown("sim-unknown-fault", "fault of a console", name, s_names),
            };
        }
        return faults;
    }
}
