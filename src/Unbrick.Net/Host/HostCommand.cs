using System.Collections.Immutable;

namespace Unbrick.Net.Host;

/// <summary>A program to run: its path and its arguments, which no shell ever sees.</summary>
/// <param name="Program">Full path, so that nothing in PATH can stand in for a system program that we start with rights.</param>
/// <param name="Arguments">One string each, spaces and all.</param>
internal sealed record HostCommand(string Program, ImmutableArray<string> Arguments);
