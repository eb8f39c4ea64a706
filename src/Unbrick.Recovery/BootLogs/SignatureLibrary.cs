using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Unbrick.Recovery.BootLogs;

/// <summary>All signatures of <c>data/bootlogs</c>. Read once, shared by all readers; expressions are built when a line first needs them.</summary>
public sealed class SignatureLibrary
{
    private const string Folder = "data/bootlogs/";
    private const string Editions = Folder + "rules/editions.json";
    private const string Topics = Folder + "rules/topics.json";

    private static readonly Lazy<SignatureLibrary> s_shipped = new(Read);
    private readonly WordFinder _finder = new();
    private readonly ImmutableArray<Need> _needs;

    private SignatureLibrary(ImmutableArray<BootSignature> signatures, EditionFile editions)
    {
        Signatures = signatures;
        EditionFacts = editions;
        _needs = [.. signatures.Select(NeedOf)];
        _finder.Build();
    }

    /// <summary>Those that are shipped.</summary>
    public static SignatureLibrary Shipped => s_shipped.Value;

    /// <summary>All of them.</summary>
    public ImmutableArray<BootSignature> Signatures { get; }

    internal EditionFile EditionFacts { get; }

    /// <summary>Signatures that could fit a line (lower case), in their order; few do for most lines.</summary>
    /// <param name="lower">The line.</param>
    /// <param name="marks">Room for <see cref="Words"/> marks.</param>
    /// <param name="fitting">Is cleared, and gets them.</param>
    internal void MayFit(string lower, bool[] marks, List<BootSignature> fitting)
    {
        fitting.Clear();
        if (!_finder.Mark(lower, marks))
            return;
        for (int i = 0; i < _needs.Length; i++)
        {
            if (_needs[i].IsMet(marks))
                fitting.Add(Signatures[i]);
        }
    }

    /// <summary>How many words are looked for in a line.</summary>
    internal int Words => _finder.Count;

    private Need NeedOf(BootSignature signature)
    {
        if (signature.Expression is null)
            return new Need([.. signature.Text.Select(t => _finder.Add(t.TrimStart('^')))], []);
        return new Need([.. signature.Has.Select(_finder.Add)],
            [.. RequiredWords.Of(signature.Expression).Select(b => (int[][])[.. b.Select(g => (int[])[.. g.Select(_finder.Add)])])]);
    }

    private static SignatureLibrary Read()
    {
        ImmutableArray<BootSignature>.Builder all = ImmutableArray.CreateBuilder<BootSignature>();
        foreach (string path in EmbeddedData.List(Folder).Where(p => p.LastIndexOf('/') == Folder.Length - 1))
        {
            SignatureFile file = JsonSerializer.Deserialize(EmbeddedData.Read(path), BootLogJsonContext.Default.SignatureFile) ?? throw new InvalidDataException(path);
            all.AddRange(file.Signatures.Select(s => s with { Family = Path.GetFileNameWithoutExtension(path) }));
        }
        TopicFile topics = JsonSerializer.Deserialize(EmbeddedData.Read(Topics), BootLogJsonContext.Default.TopicFile) ?? throw new InvalidDataException(Topics);
        Regex failing = BootSignature.Compiled(topics.Failing); // one for all: to build it takes longer than to ask it
        all.AddRange(topics.Topics.Select(t => t with { Family = "topics", Failing = failing, Has = topics.Has }));
        EditionFile editions = JsonSerializer.Deserialize(EmbeddedData.Read(Editions), BootLogJsonContext.Default.EditionFile) ?? throw new InvalidDataException(Editions);
        return new SignatureLibrary(all.DrainToImmutable(), editions);
    }

    /// <summary>Numbers of words: one of these, and in one branch one of each group.</summary>
    private readonly record struct Need(int[] AnyOf, int[][][] Branches)
    {
        public bool IsMet(bool[] marks)
        {
            if (!Any(AnyOf, marks))
                return false;
            if (Branches.Length == 0)
                return true;
            foreach (int[][] branch in Branches)
            {
                if (All(branch, marks))
                    return true;
            }
            return false;
        }

        private static bool All(int[][] groups, bool[] marks)
        {
            foreach (int[] group in groups)
            {
                if (!Any(group, marks))
                    return false;
            }
            return true;
        }

        private static bool Any(int[] words, bool[] marks)
        {
            foreach (int word in words)
            {
                if (marks[word])
                    return true;
            }
            return false;
        }
    }
}
