using System.Collections.Immutable;
using Unbrick.Core.Problems;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Sim.Esp.Faults;

/// <summary>The faults of an ESP board and its line, by name; written as <c>flip=100ppm,leftovers,seed=7</c>.</summary>
public static class EspFaultList
{
    /// <summary>All of them, in the order of the help page.</summary>
    public static ImmutableArray<EspFaultKind> All { get; } =
    [
        new("flip", "RATE", "flip=100ppm", "bits on the way to the chip flip; RATE for each byte: ppb, ppm or %",
            (f, v) => f.Flip = (v.Chance(), f.Flip.Out)),
        new("flip-back", "RATE", "flip-back=100ppm", "the same on the way from it",
            (f, v) => f.Flip = (f.Flip.In, v.Chance())),
        new("drop", "RATE", "drop=10ppm", "bytes on the way to the chip are lost",
            (f, v) => f.Drop = (v.Chance(), f.Drop.Out)),
        new("drop-back", "RATE", "drop-back=10ppm", "the same on the way from it",
            (f, v) => f.Drop = (f.Drop.In, v.Chance())),
        new("noise", "N", "noise=200", "N random bytes before the loader's first answer",
            (f, v) => f.Noise = v.Whole(v.Text, 0, 100_000)),
        new("garble", "BAUD", "garble=460800", "above this rate nothing gets through in one piece",
            (f, v) => f.MostBaud = v.Whole(v.Text, 50, 5_000_000)),
        new("never", "", "never", "GPIO0 is never low: it always starts from its flash", Flag((f, on) => f.Never = on)),
        new("mute", "", "mute", "nothing comes from the chip: its TX is not connected", Flag((f, on) => f.Mute = on)),
        new("deaf", "", "deaf", "nothing reaches the chip: its RX is not connected", Flag((f, on) => f.Deaf = on)),
        new("echo", "", "echo", "the host hears itself: TX and RX touch", Flag((f, on) => f.Echo = on)),
        new("hang", "N", "hang=40", "after N commands the loader is silent until a reset",
            (f, v) => f.Hang = v.Whole(v.Text)),
        new("slow", "TIME", "slow=200ms", "every answer is late",
            (f, v) => f.Slow = SimText.Duration(v.Key, v.Text)),
        new("write-fails", "ADDRESS", "write-fails=0x3000", "blocks for this sector are answered with 01 08",
            (f, v) => f.FailingSector = v.Address(v.Text)),
        new("bad-sector", "ADDRESS", "bad-sector=0x3000", "this sector cannot be erased, and nothing says so",
            (f, v) => f.BadSector = v.Address(v.Text)),
        new("stuck-bit", "ADDRESS", "stuck-bit=0x3010", "the lowest bit of this byte always reads 0",
            (f, v) => f.StuckBit = v.Address(v.Text)),
        new("wp", "", "wp", "the flash is protected: it erases and programs nothing, and nothing says so", Flag((f, on) => f.Protected = on)),
        new("leftovers", "", "leftovers", "the last 16 KiB keep what the old firmware left: others boot-loop until they are erased",
            Flag((f, on) => f.Leftovers = on)),
        new("brown-out", "", "brown-out", "the supply breaks down whenever the radio starts", Flag((f, on) => f.BrownOut = on)),
        new("unplug", "N or TIME", "unplug=20000", "after N bytes to the chip the adapter is pulled out, and with it the board's power",
            (f, v) => f.Unplug = v.Moment()),
        new("power-cut", "N or TIME", "power-cut=5s", "the board's power goes for good; what is half done stays half done",
            (f, v) => f.PowerCut = v.Moment()),
    ];

    /// <summary>Reads <c>flip=100ppm,leftovers,seed=7</c>.</summary>
    /// <exception cref="UnbrickException">A name or a value that does not exist; says which do.</exception>
    public static EspFaults Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        EspFaults faults = new();
        foreach (string item in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? item : item[..equals], value = equals < 0 ? "" : item[(equals + 1)..];
            if (key == "seed")
            {
                faults.Seed = SimText.Seed(value);
                continue;
            }
            EspFaultKind kind = All.FirstOrDefault(kind => kind.Name == key)
                ?? throw SimText.Unknown("sim-unknown-fault", "ESP fault", key, [.. All.Select(kind => kind.Name), "seed"]);
            string wanted = kind.Value.Length == 0 ? $"nothing: only {kind.Name}" : $"{kind.Value}, like {kind.Example}";
            kind.Set(faults, new FaultValue(key, value, wanted, 0));
        }
        return faults;
    }

    private static Action<EspFaults, FaultValue> Flag(Action<EspFaults, bool> set) => (faults, value) =>
    {
        if (value.Text.Length != 0)
            throw value.Bad();
        set(faults, true);
    };
}
