using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Unbrick.Recovery.BootLogs;

/// <summary>All signatures of <c>data/bootlogs</c>. Read once, shared by all readers; expressions are built when a line first needs them.</summary>
public sealed class SignatureLibrary
{
    private const string Folder = "data/bootlogs/";
    private const string Editions = Folder + "rules/editions.json";

    private static readonly Lazy<SignatureLibrary> s_shipped = new(Read);
    private readonly SearchValues<string> _anything;

    private SignatureLibrary(ImmutableArray<BootSignature> signatures, EditionFile editions)
    {
        Signatures = signatures;
        EditionFacts = editions;
        _anything = SearchValues.Create(
            [.. signatures.SelectMany(s => s.Expression is null ? s.Text.Select(t => t.TrimStart('^')) : s.Has).Distinct()], StringComparison.Ordinal);
    }

    /// <summary>Those that are shipped.</summary>
    public static SignatureLibrary Shipped => s_shipped.Value;

    /// <summary>All of them.</summary>
    public ImmutableArray<BootSignature> Signatures { get; }

    internal EditionFile EditionFacts { get; }

    /// <summary>Whether any signature could fit a line (lower case); most lines of a long log are told apart here.</summary>
    internal bool MayFit(string lower) => lower.AsSpan().ContainsAny(_anything);

    private static SignatureLibrary Read()
    {
        ImmutableArray<BootSignature>.Builder all = ImmutableArray.CreateBuilder<BootSignature>();
        foreach (string path in EmbeddedData.List(Folder).Where(p => p.LastIndexOf('/') == Folder.Length - 1))
        {
            SignatureFile file = JsonSerializer.Deserialize(EmbeddedData.Read(path), BootLogJsonContext.Default.SignatureFile) ?? throw new InvalidDataException(path);
            all.AddRange(file.Signatures);
        }
        EditionFile editions = JsonSerializer.Deserialize(EmbeddedData.Read(Editions), BootLogJsonContext.Default.EditionFile) ?? throw new InvalidDataException(Editions);
        return new SignatureLibrary(all.DrainToImmutable(), editions);
    }
}
