using System.Collections.Immutable;
using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Which device is an image for? Every piece of evidence is weighed by how much likelier it is with this device's image than with any
/// other's; the sums become probabilities over all known devices and "none of them". Devices that nothing in the image tells apart share.
/// </summary>
/// <param name="library">The devices.</param>
public sealed class DeviceMatcher(DeviceLibrary library)
{
    /// <summary>Share of files that are for no device of the list.</summary>
    private const double NotListed = 0.3;

    /// <summary>Pieces of evidence depend on each other (one map, one vendor); taken at face value they would claim too much.</summary>
    private const double Sobriety = 0.8;

    private const int MostGuesses = 8, MostNamed = 4;

    private const double LeastConfidence = 0.01, Tie = 0.01;

    private readonly Lazy<MatchIndex> _index = new(() => new MatchIndex(library));

    /// <summary>The devices that the file may be for, the likeliest first; none when nothing speaks for any.</summary>
    public ImmutableArray<DeviceGuess> Match(ReadOnlyMemory<byte> image, ImmutableArray<Finding> findings) =>
        Match(new CheckedImage("", image, findings));

    /// <summary>The same for a file that was looked into.</summary>
    public ImmutableArray<DeviceGuess> Match(CheckedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Dictionary<string, string> words = IdentityTokens.Of(image.All());
        Dictionary<string, string> names = ModelNames.Of(image.All());
        DumpPlaces? dump = DumpPlaces.Of(image);
        bool treesRead = false;
        if (dump is null && words.Count == 0 && names.Count == 0)
        {
            AddTrees(words, image);
            if (words.Count == 0)
                return [];
            treesRead = true;
        }
        // Unpacking the kernel takes longer than all the rest; only where nothing else names the board.
        if (!treesRead && !(_index.IsValueCreated ? words.Keys.Any(_index.Value.IsName) : MatchWords.AnyIsName(library.Index, words.Keys)))
            AddTrees(words, image);
        MatchIndex index = _index.Value;
        IReadOnlyList<ModelEvidence> models = index.Models(names);
        if (dump is null && models.Count == 0 && !words.Keys.Any(index.IsKnown))
            return [];
        List<Scored> scored = [];
        foreach (DeviceTraits device in index.Devices)
            scored.Add(Weigh(device, tells: false));
        return Rank(scored, device => Weigh(device, tells: true).Evidence());

        Scored Weigh(DeviceTraits device, bool tells)
        {
            Scored score = new(device, tells);
            index.Name(score, words);
            index.Model(score, models);
            if (dump is not null)
                LayoutEvidence.Weigh(score, dump, index);
            return score;
        }
    }

    private static void AddTrees(Dictionary<string, string> words, CheckedImage image)
    {
        foreach ((string word, string text) in IdentityTokens.Of(KernelTrees.Of(image)))
            words.TryAdd(word, $"in the packed kernel, {text}");
    }

    private static ImmutableArray<DeviceGuess> Rank(List<Scored> scored, Func<DeviceTraits, ImmutableArray<string>> evidenceFor)
    {
        scored.Sort((a, b) => b.Weight.CompareTo(a.Weight) is not 0 and int order ? order : string.CompareOrdinal(a.Device.Id, b.Device.Id));
        double each = (1 - NotListed) / scored.Count, all = NotListed;
        foreach (Scored score in scored)
            all += each * Math.Exp(score.Weight * Sobriety);
        Scored[] first = [.. scored.TakeWhile(s => scored[0].Weight - s.Weight < Tie)];
        ImmutableArray<DeviceGuess>.Builder guesses = ImmutableArray.CreateBuilder<DeviceGuess>();
        foreach (Scored score in scored.Take(MostGuesses))
        {
            double confidence = each * Math.Exp(score.Weight * Sobriety) / all;
            if (confidence < LeastConfidence && (guesses.Count > 0 || score.Weight <= 1))
                break;
            ImmutableArray<string> evidence = evidenceFor(score.Device), same = [];
            if (first.Length > 1 && first.Contains(score))
            {
                same = [.. first.Where(s => s != score).Select(s => s.Device.Id)];
                evidence = evidence.Add(Tied(score.Device.Id, same));
            }
            guesses.Add(new DeviceGuess(score.Device.Id, score.Device.Name, Math.Round(confidence, 3), evidence) { SameAs = same });
        }
        return guesses.ToImmutable();
    }

    /// <summary><c>nothing in the file tells A from B</c>.</summary>
    private static string Tied(string id, ImmutableArray<string> others)
    {
        string named = string.Join(" or ", others.Take(MostNamed));
        return $"nothing in the file tells {id} from {named}{(others.Length > MostNamed ? $" or {others.Length - MostNamed} others" : "")}";
    }
}
