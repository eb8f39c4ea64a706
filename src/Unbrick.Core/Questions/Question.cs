using System.Collections.Immutable;

namespace Unbrick.Core.Questions;

/// <summary>Something that a job may only do when the user says so.</summary>
/// <param name="Code">Stable word code, so that a script can tell questions apart.</param>
/// <param name="Text">One sentence that ends with a question mark.</param>
/// <param name="Answers">What can be answered, as words.</param>
/// <param name="Default">The one of them that stands for just pressing Enter.</param>
public sealed record Question(string Code, string Text, ImmutableArray<string> Answers, string Default)
{
    /// <summary>The answer that permits it.</summary>
    public const string Yes = "yes";

    /// <summary>The answer that leaves everything as it is.</summary>
    public const string No = "no";

    /// <summary>A question of yes or no, with yes for Enter: only for what is undone by itself when the job ends.</summary>
    public static Question OfYesOrNo(string code, string text) => new(code, text, [Yes, No], Yes);
}
