using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Unbrick.Sim.Cables;

/// <summary>
/// What is wrong with a cable; the default is nothing. Written as
/// <c>loss=1%,loss-up=5%,delay=2ms,dup=0.5%,reorder=1%,rate=100M,flap=3s+0.5s,seed=7</c>. "Down" is from the PC to the device (the
/// image), "up" from the device to the PC (its acknowledgements). Faults meet every Ethernet frame, ARP included.
/// </summary>
public sealed record CableFaults
{
    /// <summary>A good cable.</summary>
    public static CableFaults None { get; } = new();

    /// <summary>Part of the frames to the device that is lost, 0 to 1.</summary>
    public double LossDown { get; init; }

    /// <summary>Part of the frames from the device that is lost, 0 to 1.</summary>
    public double LossUp { get; init; }

    /// <summary>Extra time each way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Part of the frames that arrives twice, 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>Part of the frames that is held back by 2 ms and half the delay, so that later ones overtake them, 0 to 1.</summary>
    public double Reordering { get; init; }

    /// <summary>Line rate in Mbit/s; null for what the device's port does.</summary>
    public int? RateMbit { get; init; }

    /// <summary>When the carrier goes away.</summary>
    public ImmutableArray<CarrierFlap> Flaps { get; init; } = [];

    /// <summary>The same seed and the same traffic meet the same faults.</summary>
    public ulong Seed { get; init; }

    /// <summary>The text form, which <see cref="CableFaultsParser.Parse"/> reads back; <c>seed=0</c> for a good cable.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        if (LossDown != 0 || LossUp != 0)
            text.Append(CultureInfo.InvariantCulture, $"loss={Percent(LossDown)},");
        if (LossUp != LossDown)
            text.Append(CultureInfo.InvariantCulture, $"loss-up={Percent(LossUp)},");
        if (Delay != TimeSpan.Zero)
            text.Append(CultureInfo.InvariantCulture, $"delay={Delay.TotalMilliseconds}ms,");
        if (Duplication != 0)
            text.Append(CultureInfo.InvariantCulture, $"dup={Percent(Duplication)},");
        if (Reordering != 0)
            text.Append(CultureInfo.InvariantCulture, $"reorder={Percent(Reordering)},");
        if (RateMbit is { } rate)
            text.Append(CultureInfo.InvariantCulture, $"rate={rate}M,");
        foreach (CarrierFlap flap in Flaps)
            text.Append(CultureInfo.InvariantCulture, $"flap={flap.At.TotalSeconds}s+{flap.Lasts.TotalSeconds}s,");
        return text.Append(CultureInfo.InvariantCulture, $"seed={Seed}").ToString();
    }

    private static string Percent(double part) => Math.Round(part * 100, 9).ToString(CultureInfo.InvariantCulture) + "%";
}
