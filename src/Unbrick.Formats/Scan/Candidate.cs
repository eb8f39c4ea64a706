namespace Unbrick.Formats.Scan;

/// <summary>A place where a format may begin.</summary>
/// <param name="At">Where in the stretch that is searched.</param>
/// <param name="Format">Which, as its position in the registry.</param>
internal readonly record struct Candidate(int At, int Format) : IComparable<Candidate>
{
    public int CompareTo(Candidate other) => At != other.At ? At.CompareTo(other.At) : Format.CompareTo(other.Format);
}
