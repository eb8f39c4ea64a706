using System.Collections.Immutable;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Spi.Contact;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Recovery.Spi;

namespace Unbrick.Tests.Recovery.Spi;

public sealed class ContactProblemsTests
{
    [Fact]
    public void Each_fault_has_words()
    {
        foreach (ContactFault fault in Enum.GetValues<ContactFault>())
        {
            ContactReport report = Report(fault);
            Problem problem = ContactProblems.Of(report, report.Findings[0]);

            Assert.StartsWith("spi-", problem.Code, StringComparison.Ordinal);
            Assert.Equal(fault == ContactFault.Blank ? Severity.Note : Severity.Error, problem.Severity);
            Assert.Equal(["what was seen", "1 of 3 bytes differ between reads"], problem.Seen);
            Assert.Equal(0.7, problem.Likelihood);
            Assert.NotEmpty(problem.Try);
        }
    }

    [Fact]
    public void Silence_says_what_came_instead_of_an_id() =>
        Assert.Equal("the chip does not answer: its id reads ff ff ff", ContactProblems.Of(Report(ContactFault.AllOnes), Report(ContactFault.AllOnes).Findings[0]).Title);

    [Theory]
    [InlineData(ProtectionOutcome.LockedByPin, "WP#")]
    [InlineData(ProtectionOutcome.LockedForGood, "for good")]
    [InlineData(ProtectionOutcome.LockedUntilPowerOff, "until power-off")]
    [InlineData(ProtectionOutcome.LastingOnly, "not done")]
    [InlineData(ProtectionOutcome.NotTaken, "do not change")]
    public void Why_protection_stays_is_said(ProtectionOutcome outcome, string part)
    {
        Problem? problem = ContactProblems.Of(new ProtectionResult(outcome, new(0x9C, 0x02, null), null));

        Assert.Contains(part, problem!.Title, StringComparison.Ordinal);
        Assert.Equal(["status registers 9c 02"], problem.Seen);
    }

    [Theory]
    [InlineData(ProtectionOutcome.NotProtected)]
    [InlineData(ProtectionOutcome.Lifted)]
    [InlineData(ProtectionOutcome.NoContact)]
    public void Protection_that_does_not_stop_a_job_is_no_problem(ProtectionOutcome outcome) =>
        Assert.Null(ContactProblems.Of(new ProtectionResult(outcome, null, null)));

    private static ContactReport Report(ContactFault fault)
    {
        ContactAnswers answers = new() { Ids = new(0, [ImmutableArray.Create<byte>(0xFF, 0xFF, 0xFF)]) };
        return new(answers, new(3, 1), [new(fault, 0.7, ["what was seen"])], WasReset: false);
    }
}
