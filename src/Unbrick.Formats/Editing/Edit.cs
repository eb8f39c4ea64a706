namespace Unbrick.Formats.Editing;

/// <summary>
/// One change of an image: these bytes become those. Never changes the length; a byte inserted with a hex editor moves everything behind
/// it, and then nothing fits any more (thread 003: "it fails the checksum because the size is bigger").
/// </summary>
/// <param name="At">Where.</param>
/// <param name="Old">What stands there.</param>
/// <param name="New">What shall stand there; as long as <paramref name="Old"/>.</param>
/// <param name="Why">Half a sentence: <c>env bootdelay 0 -> 5</c>.</param>
public sealed record Edit(int At, ReadOnlyMemory<byte> Old, ReadOnlyMemory<byte> New, string Why);
