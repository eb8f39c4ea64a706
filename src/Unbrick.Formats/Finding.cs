using System.Collections.Immutable;

namespace Unbrick.Formats;

/// <summary>One thing in an image: where it lies, what it is, whether it is whole. Offsets are positions in the image.</summary>
public sealed record Finding
{
    public required int Offset { get; init; }

    /// <summary>Bytes; at least 1, and never beyond the end of the image, whatever its header says.</summary>
    public required int Length { get; init; }

    /// <summary>Id of the format: <c>uimage</c>, <c>uboot-env</c>; <c>padding</c> and <c>unknown</c> for what lies between.</summary>
    public required string Format { get; init; }

    /// <summary>Which kind of it, when there are several: <c>okli</c> of <c>uimage</c>, <c>gz</c> of <c>comp</c>.</summary>
    public string? Variant { get; init; }

    public Verdict Verdict { get; init; } = Verdict.Ok;

    public Confidence Confidence { get; init; } = Confidence.Certain;

    public ImmutableArray<Flaw> Flaws { get; init; } = [];

    public ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>What is worth looking into; filled by the format.</summary>
    public ImmutableArray<Part> Parts { get; init; } = [];

    /// <summary>What was found in the parts, as a tiling of each; filled by the scan.</summary>
    public ImmutableArray<Finding> Inside { get; init; } = [];

    /// <summary>Content that lies in several pieces; filled by the format, what was found in it by the scan.</summary>
    public ImmutableArray<Volume> Volumes { get; init; } = [];

    public int End => Offset + Length;

    /// <summary>The fact of that name, or null.</summary>
    public object? this[string name]
    {
        get
        {
            foreach (Fact fact in Facts)
            {
                if (fact.Name == name)
                    return fact.Value;
            }
            return null;
        }
    }

    /// <summary>The same, bad for these reasons; unchanged when there are none.</summary>
    public Finding With(ImmutableArray<Flaw> flaws) =>
        flaws.IsDefaultOrEmpty ? this : this with { Verdict = Verdict.Bad, Flaws = Flaws.AddRange(flaws) };

    /// <summary>The same, bad for this reason.</summary>
    public Finding With(Flaw flaw) => With([flaw]);
}
