using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>Where a unit keeps one of its MAC addresses.</summary>
/// <param name="Role"><c>wlan</c>, <c>eth</c>, <c>wan</c>, <c>lan</c>, <c>label</c>, <c>base</c>.</param>
/// <param name="Part">Partition; null when it lies outside of all.</param>
/// <param name="At">From the start of the chip, in bytes; null where that is found at run time only (a UBI volume, a text file).</param>
/// <param name="Increment">What is added to the stored address for this role.</param>
/// <param name="OnLabel">The stored address is the one printed on the case.</param>
/// <param name="AsText">Stored as text (<c>02:AA:…</c>) rather than as six bytes.</param>
public sealed record MacPlace(
    string Role, string? Part, long? At, int Increment, [property: JsonPropertyName("on_label")] bool OnLabel,
    [property: JsonPropertyName("as_text")] bool AsText);
