namespace Unbrick.Formats.Recipes;

/// <summary>A file that was given for an input of a recipe.</summary>
/// <param name="File">Name to call it by.</param>
/// <param name="Bytes">Its content.</param>
public sealed record GivenInput(string File, ReadOnlyMemory<byte> Bytes);
