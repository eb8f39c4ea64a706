using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders;

/// <summary>Nothing is erased without a yes, said beforehand or when the plan was shown.</summary>
public static class FlashConsent
{
    /// <summary>Asks; comes back when the answer was yes.</summary>
    /// <param name="plan">What is about to be done, as a question without its end: <c>erase and write firmware</c>.</param>
    /// <param name="ask">Who answers; null when nobody does.</param>
    /// <param name="events">Where question and answer are said.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="UnbrickException">Nobody is there, or the answer was no.</exception>
    public static void Ask(string plan, IAsk? ask, IEventSink events, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (ask is null)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderNotAgreed, ["nobody is there to answer"]), ExitCode.Refused);
        Question question = new("console-flash", $"{plan} now?", [Question.Yes, Question.No], Question.No);
        events.Publish(new Asked(question));
        string answer = ask.AskAsync(question, ct).AsTask().GetAwaiter().GetResult();
        events.Publish(new Answered(question.Code, answer));
        if (answer != Question.Yes)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderNotAgreed, ["the answer was no"]), ExitCode.Refused);
    }
}
