namespace Unbrick.Fuzz;

/// <summary>Something that must never happen, happened.</summary>
internal sealed class FuzzException(string message) : Exception(message);
