namespace Unbrick.Formats.Scan;

/// <summary>A stretch to tile: the image, or a part of something in it.</summary>
/// <param name="Begin">First byte.</param>
/// <param name="End">Behind the last.</param>
/// <param name="Depth">How many containers it lies in.</param>
/// <param name="Proven">A checksum of the container covers it and is right.</param>
/// <param name="Except">The container's own format when the part begins where the container begins: asking again would never end.</param>
internal readonly record struct Stretch(int Begin, int End, int Depth, bool Proven, string? Except);
