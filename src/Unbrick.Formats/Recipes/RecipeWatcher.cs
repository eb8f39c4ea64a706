using System.Collections.Immutable;
using System.Text;

namespace Unbrick.Formats.Recipes;

/// <summary>
/// Compares the layouts of the inputs by things that can be found in each (thread 001: the settings lie at 0x7C0000 in one firmware, at
/// 0x7E0000 in the other, and a splice of both has them twice).
/// </summary>
internal static class RecipeWatcher
{
    public static ImmutableArray<string> Look(Recipe recipe, Dictionary<string, FlashView> views, List<PlacedSlice> slices)
    {
        ImmutableArray<string>.Builder notes = ImmutableArray.CreateBuilder<string>();
        foreach (RecipeWatch watch in recipe.Watch)
        {
            List<(string Input, long At)> places = [];
            foreach (RecipeInput input in recipe.Inputs)
                places.AddRange(Places(watch, views[input.Name]).Select(at => (input.Name, at)));
            if (places.Count == 0)
                continue;
            if (places.DistinctBy(p => p.At).Count() > 1)
                notes.Add($"{watch.What} lie at different places: {string.Join(", ", places.Select(p => $"0x{p.At:x6} in {p.Input}"))}");
            List<string> taken = [];
            foreach ((string input, long at) in places)
            {
                if (slices.Any(s => s.From == input && s.Source <= at && at < s.Source + s.Length))
                    taken.Add($"0x{at:x6} from {input}");
            }
            if (taken.Count > 1)
                notes.Add($"the result has {watch.What} twice: {string.Join(", ", taken)}. {watch.Means}");
        }
        return notes.ToImmutable();
    }

    private static List<long> Places(RecipeWatch watch, in FlashView view)
    {
        List<long> places = [];
        byte[] text = Encoding.UTF8.GetBytes(watch.Text);
        long align = Math.Max(1, watch.Align), first = Math.Max(watch.From, view.First);
        for (long at = (first + align - 1) / align * align; text.Length > 0 && at < view.End; at += align)
        {
            if (view.Slice(at, text.Length).SequenceEqual(text))
                places.Add(at);
        }
        return places;
    }
}
