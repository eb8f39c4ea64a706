using System.Collections.Immutable;

namespace Unbrick.Formats;

/// <summary>
/// Something that a finding says about itself: <c>hw_id = 0xc7000002</c>, <c>board = WNDR3700</c>. Text that came out of an image has been
/// made safe for a terminal (<c>SafeText</c>) by whoever made the fact.
/// </summary>
/// <param name="Name">Lower case with underscores, the same in every format (see <see cref="FactName"/>).</param>
/// <param name="Value">string, long, bool, <c>ImmutableArray&lt;string&gt;</c> or <c>ImmutableSortedDictionary&lt;string, string&gt;</c>.</param>
public sealed record Fact(string Name, object Value)
{
    public static Fact Text(string name, string value) => new(name, value);

    public static Fact Number(string name, long value) => new(name, value);

    public static Fact Flag(string name, bool value) => new(name, value);

    /// <summary>A number that people of this field write in hex: <c>0xc7000002</c>.</summary>
    public static Fact Hex(string name, uint value) => new(name, $"0x{value:x}");

    public static Fact List(string name, ImmutableArray<string> values) => new(name, values);

    public static Fact Map(string name, ImmutableSortedDictionary<string, string> values) => new(name, values);
}
