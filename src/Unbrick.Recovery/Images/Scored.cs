using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Unbrick.Recovery.Images;

/// <summary>The case for one device: how much more likely the image is if it is this device's than if it is any other's, in nats.</summary>
/// <param name="device">The device.</param>
/// <param name="tells">Keep sentences too; of thousands of devices only a few are told.</param>
internal sealed class Scored(DeviceTraits device, bool tells)
{
    private const int MostEvidence = 6;

    /// <summary>What weighs less is not worth a sentence.</summary>
    private const double LeastTold = 0.5;

    /// <summary>What weighs most first, and of what weighs the same what came first.</summary>
    private readonly List<Told>? _evidence = tells ? [] : null;

    public DeviceTraits Device => device;

    public double Weight { get; private set; }

    /// <summary>Adds a piece of evidence; what speaks against the device counts without a sentence.</summary>
    public void Add(double weight, string? evidence = null)
    {
        Weight += weight;
        if (weight < LeastTold || evidence is null || _evidence is null)
            return;
        int behind = _evidence.FindLastIndex(e => e.Weight >= weight);
        _evidence.Insert(behind + 1, new Told(weight, evidence));
    }

    /// <summary>The same; the sentence is only made when it is kept.</summary>
    public void Add(double weight, [InterpolatedStringHandlerArgument("")] ref Sentence evidence) => Add(weight, evidence.Text());

    public ImmutableArray<string> Evidence() => [.. (_evidence ?? []).Take(MostEvidence).Select(e => e.Text)];

    /// <summary>A piece of evidence in words.</summary>
    private sealed record Told(double Weight, string Text);

    /// <summary>A sentence that is made when the score tells; called by the compiler.</summary>
    [InterpolatedStringHandler]
    public ref struct Sentence
    {
        private readonly bool _told;
        private DefaultInterpolatedStringHandler _text;

        public Sentence(int literals, int values, Scored score, out bool told)
        {
            _told = told = score._evidence is not null;
            _text = told ? new DefaultInterpolatedStringHandler(literals, values, CultureInfo.InvariantCulture) : default;
        }

        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        public void AppendFormatted<T>(T value, string? format = null) => _text.AppendFormatted(value, format);

        public string? Text() => _told ? _text.ToStringAndClear() : null;
    }
}
