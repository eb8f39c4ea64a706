using System.Collections.Immutable;
using System.CommandLine;

namespace Unbrick.Cli.Commands;

/// <summary>A command with all that its page of help shows; see <see cref="HelpPage"/>.</summary>
/// <param name="name">The word to type.</param>
/// <param name="description">One sentence; also its line in the list of commands.</param>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Ways to call it, without the program's name.</summary>
    public required ImmutableArray<string> Usage { get; init; }

    /// <summary>Commands that can be typed as they are, without the program's name.</summary>
    public required ImmutableArray<string> Examples { get; init; }

    /// <summary>Where to read on, without the program's name.</summary>
    public ImmutableArray<string> Related { get; init; } = [];
}
