namespace Unbrick.Recovery.Devices;

/// <summary>A partition in <c>mined.json</c>: <c>[label, offset, size, flags, parser?]</c>; those of a SafeLoader table have no flags.</summary>
internal sealed record MinedPart(string Name, long Offset, long Size, string? Flags);
