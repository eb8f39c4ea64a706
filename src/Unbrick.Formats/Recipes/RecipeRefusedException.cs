namespace Unbrick.Formats.Recipes;

/// <summary>A step cannot be done with these files, and the recipe is not to blame.</summary>
internal sealed class RecipeRefusedException(RecipeCheck check, string seen) : Exception(seen)
{
    public RecipeCheck Check => check;
}
