using System.Collections.Immutable;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>All devices with how common each of their traits is: rare ones tell much, common ones little.</summary>
internal sealed class MatchIndex
{
    /// <summary>Nothing is surer than a file that names its board; yet files are rebuilt, and some lie.</summary>
    private const double MostSure = 14;

    /// <summary>A file that names boards names this one, too, if it is for it.</summary>
    private const double NotNamed = -6;

    /// <summary>Names do not stand in a file by chance: one that names this device and is for none of the list hardly exists.</summary>
    private const double Deliberate = 6;

    /// <summary>
    /// An environment that names a model says what the unit is, whatever firmware is on it; but people copy boot loaders with their
    /// environments, and vendors do from model to model.
    /// </summary>
    private const double MostOfModel = 9, OtherModel = -3;

    private readonly Dictionary<string, int> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _chips = [];
    private readonly ModelNames _models;

    public MatchIndex(DeviceLibrary library)
    {
        DeviceIndex index = library.Index;
        Devices = [.. index.Entries.Where(entry => entry.IsMined).Select(entry => DeviceTraits.Of(index, entry))];
        foreach (DeviceTraits device in Devices)
        {
            foreach (string token in device.Tokens)
                _tokens[token] = _tokens.GetValueOrDefault(token) + 1;
            if (device.Chip?.Size is not long size)
                continue;
            _chips[size] = _chips.GetValueOrDefault(size) + 1;
        }
        _models = new ModelNames(Devices);
    }

    public ImmutableArray<DeviceTraits> Devices { get; }

    public bool IsKnown(string token) => _tokens.ContainsKey(token);

    /// <summary>Few devices have this word.</summary>
    public bool IsName(string token) => _tokens.TryGetValue(token, out int count) && count < MostAmbiguous;

    /// <summary>Of names in environments, those that are some devices' and not too many's.</summary>
    public IReadOnlyList<ModelEvidence> Models(Dictionary<string, string> names) =>
        [.. names.Select(n => new ModelEvidence(_models.With(n.Key), n.Value)).Where(m => m.Devices.Count is > 0 and < MostAmbiguous)];

    /// <summary>Weighs the names in environments: the one that fewest devices go by counts.</summary>
    public void Model(Scored score, IReadOnlyList<ModelEvidence> models)
    {
        if (models.Count == 0)
            return;
        if (models.Where(m => m.Devices.Contains(score.Device)).MinBy(m => m.Devices.Count) is { } named)
            score.Add(Math.Min(MostOfModel, Tells(named.Devices.Count, Devices.Length) + Deliberate), named.Text);
        else
            score.Add(OtherModel);
    }

    /// <summary>How much it tells that a device's chip has this size.</summary>
    public double OfChip(long size) => Tells(_chips.GetValueOrDefault(size), Devices.Length);

    /// <summary>Weighs the words of the image.</summary>
    public void Name(Scored score, Dictionary<string, string> words)
    {
        // Words say the same thing several times over (id, and id with revision): the rarest that both have counts, and a little for the rest.
        double best = 0, sum = 0;
        bool any = false, named = false;
        string? evidence = null;
        foreach ((string token, string text) in words)
        {
            if (!_tokens.TryGetValue(token, out int count))
                continue;
            any |= count < MostAmbiguous;
            if (!score.Device.Tokens.Contains(token))
                continue;
            named |= count < MostAmbiguous;
            double tells = Math.Min(MostSure, Tells(count, Devices.Length) + (count < MostAmbiguous ? Deliberate : 0));
            sum += tells;
            if (tells > best)
                (best, evidence) = (tells, text);
        }
        if (named)
            score.Add(best + (sum - best) * 0.25, evidence);
        else if (any)
            score.Add(NotNamed);
        else
            score.Add(best, evidence);
    }

    /// <summary>More devices than this share only a processor or a word, not a name.</summary>
    public const int MostAmbiguous = 20;

    private static double Tells(int having, int all) => having == 0 ? 0 : Math.Log((double)Math.Max(all, 1) / having);
}

/// <summary>A name in an environment.</summary>
/// <param name="Devices">Those that go by it.</param>
/// <param name="Text">The sentence of evidence.</param>
internal sealed record ModelEvidence(IReadOnlySet<DeviceTraits> Devices, string Text);
