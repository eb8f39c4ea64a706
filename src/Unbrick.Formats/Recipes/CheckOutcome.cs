namespace Unbrick.Formats.Recipes;

/// <summary>A check, made.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Subject">Name of the input; null for the result.</param>
/// <param name="Holds">It is so.</param>
/// <param name="Seen">What was seen, with numbers.</param>
public sealed record CheckOutcome(RecipeCheck Check, string? Subject, bool Holds, string Seen)
{
    /// <summary>The recipe cannot go on.</summary>
    public bool Refuses => !Holds && !Check.Warning;
}
