using System.Collections.Immutable;
using Unbrick.Core.Problems;

namespace Unbrick.Sim.Cables;

/// <summary>Reads the text form of <see cref="CableFaults"/>: <c>KEY=VALUE</c>, separated by commas.</summary>
public static class CableFaultsParser
{
    private static readonly ImmutableArray<string> s_keys = ["loss", "loss-up", "delay", "dup", "reorder", "rate", "flap", "seed"];

    /// <summary>
    /// Reads <c>loss=1%,seed=7</c>. <c>loss</c> is for both ways unless <c>loss-up</c> says otherwise; <c>flap</c> may stand several times.
    /// </summary>
    /// <exception cref="UnbrickException">A key or a value that does not exist; says which do.</exception>
    public static CableFaults Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        CableFaults faults = CableFaults.None;
        double? up = null;
        foreach (string item in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? item : item[..equals];
            string value = equals < 0 ? "" : item[(equals + 1)..];
            if (key == "loss-up")
                up = SimText.Percent(key, value);
            else
                faults = With(faults, key, value);
        }
        return up is { } loss ? faults with { LossUp = loss } : faults;
    }

    private static CableFaults With(CableFaults faults, string key, string value)
    {
        switch (key)
        {
            case "loss":
                double loss = SimText.Percent(key, value);
                return faults with { LossDown = loss, LossUp = loss };
            case "delay":
                return faults with { Delay = SimText.Duration(key, value) };
            case "dup":
                return faults with { Duplication = SimText.Percent(key, value) };
            case "reorder":
                return faults with { Reordering = SimText.Percent(key, value) };
            case "rate":
                return faults with { RateMbit = SimText.Whole(key, value.EndsWith('M') ? value[..^1] : "", 1, 10_000) };
            case "flap":
                string[] parts = value.Split('+');
                if (parts.Length != 2)
                    throw SimText.Bad(key, value, "when and for how long, like 3s+0.5s");
                CarrierFlap flap = new(SimText.Duration(key, parts[0]), SimText.Duration(key, parts[1]));
                return faults with { Flaps = faults.Flaps.Add(flap) };
            case "seed":
                return faults with { Seed = SimText.Seed(value) };
            default:
                throw SimText.Unknown("sim-unknown-fault", "cable fault", key, s_keys);
        }
    }
}
