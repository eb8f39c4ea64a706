using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Tests.Recovery.Problems;

public sealed class ProblemCatalogueTests
{
    [Fact]
    public void Values_are_put_where_their_names_stand()
    {
        Problem problem = ProblemCatalogue.Create(
            ProblemCode.LineLoss, ["17 of 31,745 blocks sent again"], ("to_device", "0.2"), ("from_device", "0.0"), ("adapter", "eth0"));

        Assert.Equal(ProblemCode.LineLoss, problem.Code);
        Assert.Equal(Severity.Warning, problem.Severity);
        Assert.Equal("packets get lost on the cable: 0.2 % on the way to the device, 0.0 % on the way back", problem.Title);
        Assert.Contains(problem.Try, step => step.Contains("ethtool -s eth0 speed 10 duplex half", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_value_is_the_callers_mistake_and_never_reaches_the_user() =>
        Assert.Throws<ArgumentException>(() => ProblemCatalogue.Create(ProblemCode.LivesLow, []));

    [Fact]
    public void A_value_that_no_text_uses_is_a_mistake() =>
        Assert.Throws<ArgumentException>(() => ProblemCatalogue.Create(ProblemCode.LivesLow, [], ("left", "3"), ("right", "4")));

    [Fact]
    public void A_code_without_a_page_is_a_mistake() => Assert.Throws<ArgumentException>(() => ProblemCatalogue.Create("no-such-code", []));

    [Fact]
    public void Text_from_a_device_cannot_reach_the_terminal_as_control_characters()
    {
        Problem problem = ProblemCatalogue.Create(
            ProblemCode.NameNotFound, ["asked \u001b[2J"], ("asked", "a\u001b[31m\r\nerror: all is lost"), ("have", "b.bin"));

        Assert.All([problem.Title, problem.Means, .. problem.Try, .. problem.Seen], text => Assert.DoesNotContain(text, char.IsControl));
        Assert.Contains(@"a\x1b[31m\x0d\x0aerror", problem.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_brace_in_a_value_is_no_name()
    {
        Problem problem = ProblemCatalogue.Create(ProblemCode.NameNotFound, [], ("asked", "{have}"), ("have", "b.bin"));

        Assert.Equal("the device asks for \"{have}\", and there is no such file", problem.Title);
    }

    [Fact]
    public void A_value_without_end_is_cut()
    {
        Problem problem = ProblemCatalogue.Create(ProblemCode.NameNotFound, [new string('x', 100_000)], ("asked", new string('y', 100_000)), ("have", ""));

        Assert.InRange(problem.Title.Length, 200, 300);
        Assert.InRange(problem.Seen[0].Length, 300, 500);
    }

    [Fact]
    public void Open_names_stand_in_capitals_on_the_page_as_in_a_manual()
    {
        Assert.True(ProblemCatalogue.TryGetPage(ProblemCode.PortTaken, out ProblemPage? page));
        Assert.Equal("UDP port PORT of this PC is in use by OWNER", page.Title);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing-of-the-kind")]
    [InlineData("../schema/problem.schema")]
    [InlineData("LINE-LOSS")]
    public void An_unknown_code_has_no_page(string code) => Assert.False(ProblemCatalogue.TryGetPage(code, out _));
}
