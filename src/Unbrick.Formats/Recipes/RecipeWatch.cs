namespace Unbrick.Formats.Recipes;

/// <summary>Something that lies at different places in the inputs: both places are told, and whether it gets into the result twice.</summary>
/// <param name="What">In words: <c>settings (XML)</c>.</param>
/// <param name="Text">By what it is found.</param>
/// <param name="From">From where in the flash it is looked for.</param>
/// <param name="Align">It begins at a multiple of this.</param>
/// <param name="Means">What two of them mean.</param>
public sealed record RecipeWatch(string What, string Text, long From, long Align, string Means);
