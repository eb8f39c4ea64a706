using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats.Editing;
using Unbrick.Formats.Recipes;
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
    public static (RecipeResult Result, ImmutableArray<GivenInput> Taken) Build(
        Recipe recipe, RecipeWay way, ImmutableArray<GivenInput> given, Layout? map, ImmutableHashSet<RegionKind> overwrite)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        try
        {
            RecipeResult result = RecipeEngine.Build(recipe, way, given, map, overwrite);
            if (result.Image is null && given.Length == 2)
            {
                ImmutableArray<GivenInput> swapped = [given[1], given[0]];
                RecipeResult other = RecipeEngine.Build(recipe, way, swapped, map, overwrite);
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
