using System.Collections.Immutable;
using Unbrick.Formats.Editing;

namespace Unbrick.Recovery.Images;

/// <summary>What the user wants to have changed.</summary>
/// <param name="Environment">Variables, in order.</param>
/// <param name="Macs">Role and address.</param>
/// <param name="Label">The address on the case, for all roles.</param>
public sealed record EditRequest(
    ImmutableArray<EnvironmentChange> Environment, ImmutableArray<KeyValuePair<string, string>> Macs, string? Label);
