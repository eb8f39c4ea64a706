using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats.Editing;
using Unbrick.Formats.Recipes;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Images;

/// <summary>Carries out a recipe with the user's files, and puts what the engine says into problems.</summary>
public static class RecipeBench
{
    private const int MostSteps = 4;

    /// <summary>The way that is meant; a recipe whose ways must not be mixed up wants it named.</summary>
    public static RecipeWay Way(Recipe recipe, string? named)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        string ways = string.Join("|", recipe.Ways.Select(w => w.Name));
        if (named is null && !recipe.MustNameWay)
            return recipe.Ways[0];
        if (recipe.Ways.FirstOrDefault(w => w.Name == named) is { } way)
            return way;
        IEnumerable<string> seen = recipe.Ways.Select(w => $"--way {w.Name}: {w.Title}{(w.Size > 0 ? $", {w.Size:N0} bytes (0x{w.Size:x})" : "")}");
        throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.WayUnnamed, seen, ("recipe", recipe.Id), ("ways", ways)), ExitCode.Usage);
    }

    /// <summary>
    /// Carries it out. Files that were given in the wrong order are recognised when only the other order fits; the result says in which
    /// order they were taken.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="way">One of its ways.</param>
    /// <param name="given">The files.</param>
    /// <param name="device">The device that was named, or that the recipe is for; null for none.</param>
    /// <param name="overwrite">Kinds of regions that the user gives up his own bytes of.</param>
    public static (RecipeResult Result, ImmutableArray<GivenInput> Taken) Build(
        Recipe recipe, RecipeWay way, ImmutableArray<GivenInput> given, DeviceProfile? device, ImmutableHashSet<RegionKind> overwrite)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        try
        {
            RecipeResult result = Once(recipe, way, given, device, overwrite);
            if (result.Image is null && given.Length == 2)
            {
                ImmutableArray<GivenInput> swapped = [given[1], given[0]];
                RecipeResult other = Once(recipe, way, swapped, device, overwrite);
                if (other.Image is not null)
                    return (other, swapped);
            }
            return (result, given);
        }
        catch (RecipeFaultException e)
        {
            throw RecipeLibrary.Invalid(recipe.Id, e.Message);
        }
    }

    private static RecipeResult Once(
        Recipe recipe, RecipeWay way, ImmutableArray<GivenInput> given, DeviceProfile? device, ImmutableHashSet<RegionKind> overwrite)
    {
        RecipeTarget? target = device is null ? null : RecipeRules.Target(device);
        RecipeResult result = RecipeEngine.Build(recipe, way, given, target?.Map, overwrite, target);
        if (device is null)
            return recipe.SameContent ? throw new RecipeFaultException("it depends on the device: --for DEVICE") : result;
        result = With(result, [.. RecipeRules.OfInputs(recipe, given, device), .. result.Checks]);
        return result.Image is { } image ? With(result, [.. result.Checks, .. RecipeRules.OfResult(recipe, way, image, device)]) : result;
    }

    private static RecipeResult With(RecipeResult result, ImmutableArray<CheckOutcome> checks)
    {
        result = result with { Checks = checks };
        return result.Refusal is null ? result : result with { Image = null };
    }

    /// <summary>What to tell about a check that does not hold.</summary>
    public static Problem Explain(CheckOutcome outcome, string subject)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Problem page = ProblemCatalogue.Create(
            ProblemCode.RecipeRefused, [$"{outcome.Check.Code}: {outcome.Seen}"], ("what", outcome.Check.What), ("subject", subject));
        return page with
        {
            Severity = outcome.Check.Warning ? Severity.Warning : Severity.Error,
            Means = outcome.Check.Means.Length > 0 ? outcome.Check.Means : page.Means,
            Try = outcome.Check.Try.IsEmpty ? page.Try : [.. outcome.Check.Try.Take(MostSteps)],
        };
    }
}
