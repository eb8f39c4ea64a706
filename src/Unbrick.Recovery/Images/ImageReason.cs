using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Images;

/// <summary>Why an image is refused, or why nobody can tell.</summary>
/// <param name="Code">Stable word; <c>unbrick explain CODE</c> has the page.</param>
/// <param name="Seen">What the image has.</param>
/// <param name="Want">What the device wants; empty when that goes without saying.</param>
/// <param name="Means">The reading of it.</param>
/// <param name="Try">What to do.</param>
/// <param name="Refuses">False: it only leaves the question open.</param>
public sealed record ImageReason(
    string Code, string Seen, string Want, string Means, ImmutableArray<string> Try, [property: JsonIgnore] bool Refuses = true);
