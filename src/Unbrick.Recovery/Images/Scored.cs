using System.Collections.Immutable;

namespace Unbrick.Recovery.Images;

/// <summary>The case for one device: how much more likely the image is if it is this device's than if it is any other's, in nats.</summary>
internal sealed class Scored(DeviceTraits device)
{
    private const int MostEvidence = 6;

    /// <summary>What weighs less is not worth a sentence.</summary>
    private const double LeastTold = 0.5;

    private readonly List<(double Weight, string Text)> _evidence = [];

    public DeviceTraits Device => device;

    public double Weight { get; private set; }

    /// <summary>Adds a piece of evidence; what speaks against the device counts without a sentence.</summary>
    public void Add(double weight, string? evidence = null)
    {
        Weight += weight;
        if (weight >= LeastTold && evidence is not null)
            _evidence.Add((weight, evidence));
    }

    public ImmutableArray<string> Evidence() => [.. _evidence.OrderByDescending(e => e.Weight).Take(MostEvidence).Select(e => e.Text)];
}
