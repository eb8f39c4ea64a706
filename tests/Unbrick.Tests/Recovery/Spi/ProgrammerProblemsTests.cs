using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Spi;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Spi;

namespace Unbrick.Tests.Recovery.Spi;

public sealed class ProgrammerProblemsTests
{
    [Fact]
    public void A_CH341A_that_may_not_be_opened_comes_with_the_exact_rule()
    {
        Problem problem = Create(ProgrammerFault.NotPermitted, new Ch341aUri(new(1, "2")));

        Assert.Equal(ProblemCode.ProgrammerNotPermitted, problem.Code);
        Assert.Equal(
            """Linux, once: echo 'SUBSYSTEM=="usb", ATTR{idVendor}=="1a86", ATTR{idProduct}=="5512", MODE="0660", GROUP="plugdev", TAG+="uaccess"' | sudo tee /etc/udev/rules.d/70-unbrick.rules""",
            problem.Try[0]);
        Assert.Contains(problem.Try, step => step.StartsWith("Windows: ", StringComparison.Ordinal) && step.Contains("WinUSB"));
        Assert.Equal(["seen"], problem.Seen);
        Assert.Contains("CH341A at USB bus 1 port 2", problem.Title);
    }

    [Theory]
    [InlineData("serprog:/dev/ttyACM0", "/dev/ttyACM0")]
    [InlineData("spidev:/dev/spidev0.0", "/dev/spidev0.0")]
    public void A_port_that_may_not_be_opened_comes_with_its_group(string text, string port)
    {
        Assert.True(ProgrammerUri.TryParse(text, out ProgrammerUri? uri, out _));
        Problem problem = Create(ProgrammerFault.NotPermitted, uri);
        Assert.Equal(ProblemCode.PortNotPermitted, problem.Code);
        Assert.Contains($"ls -l {port}", problem.Try[0]);
    }

    [Fact]
    public void Every_fault_has_a_message_and_an_end()
    {
        foreach (ProgrammerFault fault in Enum.GetValues<ProgrammerFault>())
        {
            UnbrickException end = ProgrammerProblems.NotOpened(new(fault, "seen"), new Ch341aUri(null));
            Assert.NotEmpty(end.Problem.Try);
            Assert.Contains(end.ExitCode, new[] { ExitCode.Failed, ExitCode.NotFound });
        }
        Assert.Equal(ExitCode.NotFound, ProgrammerProblems.NotOpened(new(ProgrammerFault.WrongJumper, "seen"), new Ch341aUri(null)).ExitCode);
    }

    [Fact]
    public void A_name_that_is_none_is_told_with_the_reason()
    {
        Assert.False(ProgrammerUri.TryParse("ch341a:2", out _, out string? reason));
        UnbrickException end = ProgrammerProblems.NotKnown("ch341a:2", reason);
        Assert.Equal((ProblemCode.ProgrammerUnknown, ExitCode.Usage), (end.Problem.Code, end.ExitCode));
        Assert.Contains("such as 1-2", end.Problem.Means);
    }

    private static Problem Create(ProgrammerFault fault, ProgrammerUri uri) => ProgrammerProblems.Create(new(fault, "seen"), uri);
}
