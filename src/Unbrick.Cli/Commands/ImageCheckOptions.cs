using System.Collections.Immutable;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary>What was typed behind <c>image check</c>; <paramref name="Expect"/> are <c>KEY=VALUE</c> pairs.</summary>
internal sealed record ImageCheckOptions(string File, string? Device, ImageWay? Way, ImmutableArray<string> Expect, bool Json, string? UserFolder);
