using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unbrick.Hardware.Esp;

namespace Unbrick.Recovery.Esp;

/// <summary>What worked on boards of a kind: <c>data/esp-advice.json</c>.</summary>
/// <param name="Name">The kind of board, for people.</param>
/// <param name="Chips">Names of chips it holds for.</param>
/// <param name="FlashAtMost">Bytes of flash at most; 0 for any.</param>
/// <param name="Erase"><c>all</c> or <c>needed</c>.</param>
/// <param name="Mode">Flash mode; null keeps that of the image.</param>
/// <param name="Why">One sentence.</param>
/// <param name="Sources">Where that is known from.</param>
public sealed record EspAdvice(string Name, ImmutableArray<string> Chips, long FlashAtMost, string Erase, string? Mode, string Why, ImmutableArray<string> Sources)
{
    private static readonly Lazy<ImmutableArray<EspAdvice>> s_all = new(
        () => JsonSerializer.Deserialize(EmbeddedData.Read("data/esp-advice.json")!, EspAdviceContext.Default.ImmutableArrayEspAdvice));

    /// <summary>The first row that fits; the last one fits all.</summary>
    public static EspAdvice For(EspIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return s_all.Value.First(a => (a.Chips.IsEmpty || a.Chips.Contains(identity.Name)) && (a.FlashAtMost == 0 || identity.FlashSize <= a.FlashAtMost));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ImmutableArray<EspAdvice>))]
internal sealed partial class EspAdviceContext : JsonSerializerContext;
