using Unbrick.Cli.Terminal;
using Unbrick.Core.Questions;

namespace Unbrick.Tests.Cli;

public sealed class AnswersTests
{
    private static readonly Question s_question = Question.OfYesOrNo("hold-address", "Give it?");

    [Theory]
    [InlineData("\n", "yes")]
    [InlineData("y\n", "yes")]
    [InlineData(" YES \n", "yes")]
    [InlineData("n\n", "no")]
    [InlineData("No\n", "no")]
    [InlineData("what?\n", "no")] // what is not understood permits nothing
    [InlineData("", "no")] // the terminal is gone
    public async Task What_is_typed_is_one_of_the_answers(string typed, string answer) => Assert.Equal(
        answer, await new TerminalAsk(new StringReader(typed)).AskAsync(s_question, TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_question_ends_with_the_run_even_if_nobody_types()
    {
        using CancellationTokenSource stop = new();
        Task<string> asked = new TerminalAsk(new Silence()).AskAsync(s_question, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task Yes_beforehand_is_yes() =>
        Assert.Equal("yes", await new YesToAll().AskAsync(s_question, TestContext.Current.CancellationToken));

    /// <summary>A keyboard that nobody sits at, until the test is over.</summary>
    private sealed class Silence : TextReader
    {
        public override string? ReadLine()
        {
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
            return null;
        }
    }
}
