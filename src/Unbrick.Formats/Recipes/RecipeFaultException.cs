namespace Unbrick.Formats.Recipes;

/// <summary>A recipe that cannot be carried out as it is written, or not with these inputs; the sentence says why.</summary>
public sealed class RecipeFaultException(string message) : Exception(message);
