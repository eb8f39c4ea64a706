using System.Collections.Immutable;
using System.Runtime.InteropServices;

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

    /// <summary>One compressed stream, not an archive with names in it.</summary>
    public bool IsStream { get; init; }

    /// <summary>The archive opened, or null when it is none.</summary>
    public static PackedFile? OpenArchive(ReadOnlyMemory<byte> bytes, Opening opening) => ZipFile.Open(bytes, opening) ?? TarFile.Open(bytes, opening);

    /// <summary>The bytes as a stream, without a copy where they are an array.</summary>
    public static MemoryStream AsStream(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);

    /// <summary>The one tile of the packed file: the firmware in it, with how it is packed as its variant.</summary>
    public Finding Describe(int length)
    {
        // A dump that is blank failed; what somebody packed is blank on purpose: an image that erases.
        if (IsStream && Firmware?.Main is { Format: "blank" } blank)
        {
            return blank with
            {
                Offset = 0,
                Length = length,
                Variant = Kind,
                Verdict = Verdict.Unchecked,
                Flaws = [],
                Facts = [.. blank.Facts, .. PlainFacts(Firmware)],
            };
        }
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
        if (!IsStream)
            yield return Fact.Text("member", plain.Name);
        yield return Fact.Number(FactName.PlainSize, plain.Size);
        yield return Fact.Text(FactName.PlainSha256, plain.Sha256);
    }
}
