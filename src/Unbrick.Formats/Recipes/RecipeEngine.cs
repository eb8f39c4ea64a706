using System.Collections.Immutable;
using System.Security.Cryptography;
using Unbrick.Core.Text;
using Unbrick.Formats.Editing;

namespace Unbrick.Formats.Recipes;

/// <summary>
/// Carries out recipes. Pure: the result depends on the recipe, the inputs and the map only. No slice is taken from a place that an input
/// does not have, no two overlap, and nothing comes out when a check refuses.
/// </summary>
public static class RecipeEngine
{
    /// <summary>Largest file that is made: no flash of these devices is larger, and memory is not endless.</summary>
    public const int MostBytes = 1 << 30;

    /// <summary>Makes the file for a way.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="way">One of its ways.</param>
    /// <param name="given">A file for each input, in the recipe's order.</param>
    /// <param name="map">The device's map, for recipes that speak of its regions.</param>
    /// <param name="overwrite">Kinds of regions that the user gives up his own bytes of.</param>
    /// <param name="target">The device, when one was named.</param>
    /// <exception cref="RecipeFaultException">The recipe makes no sense, or not with this map.</exception>
    public static RecipeResult Build(
        Recipe recipe, RecipeWay way, IReadOnlyList<GivenInput> given, Layout? map = null, ImmutableHashSet<RegionKind>? overwrite = null,
        RecipeTarget? target = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(way);
        ArgumentNullException.ThrowIfNull(given);
        if (given.Count != recipe.Inputs.Length)
            throw new RecipeFaultException($"{recipe.Inputs.Length} files are needed, {given.Count} were given");
        ReadBudget budget = new();
        ImmutableArray<CheckOutcome>.Builder checks = ImmutableArray.CreateBuilder<CheckOutcome>();
        Dictionary<string, FlashView> views = new(StringComparer.Ordinal);
        List<string> forms = [];
        for (int i = 0; i < given.Count; i++)
        {
            RecipeForm form = RecipeForms.Choose(recipe.Inputs[i], given[i].Bytes, budget, checks);
            forms.Add(form.Title);
            FlashView view = RecipeForms.View(form, given[i].Bytes, map);
            views[recipe.Inputs[i].Name] = view;
            foreach (RecipeCheck check in recipe.Inputs[i].Checks)
                checks.Add(RecipeChecker.Run(check, view, recipe.Inputs[i].Name, budget));
        }
        RecipeResult result = new() { Forms = [.. forms], Checks = checks.ToImmutable() };
        if (result.Refusal is not null)
            return result;

        List<PlacedSlice> slices = PlacedSlice.Resolve(way, views, map, overwrite ?? [], recipe);
        byte[] image = Assemble(slices, views, out ImmutableArray<Segment> segments);
        ImmutableArray<Edit> edits = [];
        try
        {
            foreach (RecipeStep step in way.Steps)
                image = RecipeSteps.Run(step, image, views, target, ref edits);
        }
        catch (RecipeRefusedException e)
        {
            checks.Add(new CheckOutcome(e.Check, null, false, e.Message));
            return result with { Segments = segments, Checks = checks.ToImmutable() };
        }
        FlashView made = new(image, 0, 0);
        if (way.Size > 0)
            checks.Add(RecipeChecker.Run(SizeOf(way), made, null, budget));
        foreach (RecipeCheck check in way.Checks)
            checks.Add(RecipeChecker.Run(check, made, null, budget));
        result = result with
        {
            Segments = segments,
            Checks = checks.ToImmutable(),
            Edits = edits,
            Notes = [.. RecipeWatcher.Look(recipe, views, slices), .. Conversions.NotesOn(way, target)],
        };
        return result.Refusal is null ? result with { Image = image } : result;
    }

    /// <summary>Makes a way's checks on a file that was made elsewhere: why it is not, or whether it could be, the right one.</summary>
    public static ImmutableArray<CheckOutcome> Judge(RecipeWay way, ReadOnlyMemory<byte> image)
    {
        ArgumentNullException.ThrowIfNull(way);
        ReadBudget budget = new();
        FlashView view = new(image, 0, 0);
        IEnumerable<RecipeCheck> checks = way.Size > 0 ? [SizeOf(way), .. way.Checks] : way.Checks;
        return [.. checks.Select(check => RecipeChecker.Run(check, view, null, budget))];
    }

    private static RecipeCheck SizeOf(RecipeWay way) => new()
    {
        What = $"{ByteText.Exact(way.Size)}, no more and no less",
        Code = FlawCode.Size,
        Sizes = [way.Size],
        Means = $"This file is {way.Title}; it has one size only.",
    };

    private static byte[] Assemble(List<PlacedSlice> slices, Dictionary<string, FlashView> views, out ImmutableArray<Segment> segments)
    {
        long size = slices.Count == 0 ? 0 : slices[^1].End;
        if (size is <= 0 or > MostBytes)
            throw new RecipeFaultException($"the result would have {ByteText.Exact(size)}");
        byte[] image = new byte[size];
        ImmutableArray<Segment>.Builder made = ImmutableArray.CreateBuilder<Segment>(slices.Count);
        foreach (PlacedSlice slice in slices)
        {
            Span<byte> to = image.AsSpan((int)slice.At, (int)slice.Length);
            if (slice.From is null)
                to.Fill(slice.Fill);
            else
                views[slice.From].Slice(slice.Source, slice.Length).CopyTo(to);
            long offset = slice.From is null ? 0 : views[slice.From].InFile(slice.Source);
            made.Add(new Segment(slice.At, slice.Length, slice.From, offset, slice.Kind, slice.What, Convert.ToHexStringLower(SHA256.HashData(to))));
        }
        segments = made.MoveToImmutable();
        return image;
    }
}
