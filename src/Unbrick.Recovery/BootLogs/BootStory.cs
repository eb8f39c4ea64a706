using System.Collections.Immutable;
using Unbrick.Core.Text;

namespace Unbrick.Recovery.BootLogs;

/// <summary>Lines of one kind in a row, and what they say.</summary>
/// <param name="First">Number of the first.</param>
/// <param name="Last">Of the last.</param>
/// <param name="Count">How many.</param>
/// <param name="Text">The first one, safe to show.</param>
/// <param name="Says">What it says.</param>
/// <param name="Id">The signature.</param>
public sealed record StoryLine(long First, long Last, int Count, string Text, string Says, string Id);

/// <summary>Folds events to a story that can be read.</summary>
internal static class BootStory
{
    public static ImmutableArray<StoryLine> Of(IEnumerable<BootCycle> cycles)
    {
        ImmutableArray<StoryLine>.Builder story = ImmutableArray.CreateBuilder<StoryLine>();
        foreach (BootEvent seen in cycles.SelectMany(c => c.Events).Where(e => !e.Hearsay))
        {
            StoryLine? before = story.Count > 0 ? story[^1] : null;
            if (before is not null && before.Id == seen.Signature.Id)
                story[^1] = before with { Last = seen.Line, Count = before.Last == seen.Line ? before.Count : before.Count + 1 };
            else if (before is null || before.Last != seen.Line || Tells(seen))
                story.Add(new StoryLine(seen.Line, seen.Line, 1, SafeText.Show(seen.Text, 120), seen.Signature.Says, seen.Signature.Id));
        }
        return story.ToImmutable();
    }

    private static bool Tells(BootEvent seen) => seen.Kind is SignKind.Fail or SignKind.Up;
}
