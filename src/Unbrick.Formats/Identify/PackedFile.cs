using System.Collections.Immutable;

namespace Unbrick.Formats.Identify;

/// <summary>
/// A file that is one packed stream, or an archive from which one file is the firmware. Opened in memory; a bomb, or a name that leads out of
/// the folder, is refused.
/// </summary>
internal sealed record PackedFile
{
    /// <summary>How it is packed: <c>gz</c>, <c>zip</c>, <c>tar</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What was in it; null when it was refused or has no firmware.</summary>
    public Identification? Firmware { get; init; }

    /// <summary>Why it was refused, or what is wrong with it.</summary>
    public ImmutableArray<Flaw> Flaws { get; init; } = [];

    /// <summary>How many files are in the archive; 1 for a stream.</summary>
    public int Members { get; init; } = 1;

    /// <summary>The packed file opened, or null when it is none.</summary>
    public static PackedFile? Open(string name, ReadOnlyMemory<byte> bytes, int depth) =>
        GzipFile.Open(name, bytes, depth) ?? ZipFile.Open(bytes, depth) ?? TarFile.Open(bytes, depth);

    /// <summary>The one tile of the packed file: the firmware in it, with how it is packed as its variant.</summary>
    public Finding Describe(int length)
    {
        Finding tile = new()
        {
            Offset = 0,
            Length = length,
            Format = Firmware?.Main?.Format ?? Kind,
            Variant = Kind,
            Verdict = Firmware?.Main?.Verdict ?? Verdict.Unchecked,
            Flaws = Firmware?.Main is Finding main ? [.. main.Flaws.Select(flaw => flaw with { At = -1 })] : [],
            Facts = Firmware is null ? [] : [.. Firmware.Main?.Facts ?? [], .. PlainFacts(Firmware)],
        };
        return tile.With(Flaws);
    }

    private IEnumerable<Fact> PlainFacts(Identification plain)
    {
        if (Kind != "gz")
            yield return Fact.Text("member", plain.Name);
        yield return Fact.Number(FactName.PlainSize, plain.Size);
        yield return Fact.Text(FactName.PlainSha256, plain.Sha256);
    }
}
