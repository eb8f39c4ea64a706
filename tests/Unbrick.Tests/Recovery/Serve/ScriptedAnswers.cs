using Unbrick.Core.Questions;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>Answers questions one after the other; what it was asked can be looked at.</summary>
internal sealed class ScriptedAnswers(params string[] answers) : IAsk
{
    private readonly Queue<string> _left = new(answers);

    public List<Question> Asked { get; } = [];

    /// <summary>When set, the answer does not come before this does.</summary>
    public TaskCompletionSource<string>? Later { get; init; }

    public ValueTask<string> AskAsync(Question question, CancellationToken ct)
    {
        Asked.Add(question);
        return Later is null ? ValueTask.FromResult(_left.Dequeue()) : new ValueTask<string>(Later.Task);
    }
}
