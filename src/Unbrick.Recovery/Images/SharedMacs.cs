using System.Collections.Immutable;
using System.Text.Json;
using Unbrick.Formats.Flash;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Addresses that are not a unit's own (<c>data/shared-macs.json</c>): from dumps that were passed around, and what firmware takes when it
/// finds none. Whoever sets one of them gives his router the address of many others.
/// </summary>
public static class SharedMacs
{
    private const string Path = "data/shared-macs.json";

    private static readonly Lazy<ImmutableHashSet<MacAddress>> s_all = new(Read);

    /// <summary>All of them, read when first asked for.</summary>
    public static ImmutableHashSet<MacAddress> All => s_all.Value;

    private static ImmutableHashSet<MacAddress> Read()
    {
        using JsonDocument file = JsonDocument.Parse(EmbeddedData.Read(Path) ?? throw new InvalidDataException(Path));
        ImmutableHashSet<MacAddress>.Builder all = ImmutableHashSet.CreateBuilder<MacAddress>();
        foreach (JsonElement item in file.RootElement.GetProperty("macs").EnumerateArray())
        {
            string text = item.GetProperty("mac").GetString()!;
            all.Add(MacAddress.TryParse(text, out MacAddress mac) ? mac : throw new InvalidDataException($"{Path}: {text}"));
        }
        return all.ToImmutable();
    }
}
