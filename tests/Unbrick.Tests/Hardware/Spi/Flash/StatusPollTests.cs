using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Tests.Hardware.Spi.Flash;

public sealed class StatusPollTests
{
    [Theory]
    [InlineData("030303000000", PollState.Finished, 3)]
    [InlineData("03030303", PollState.Busy, 4)]
    [InlineData("9f9f9c9c", PollState.Finished, 2)]
    [InlineData("02020202", PollState.Refused, 0)]
    [InlineData("00000000", PollState.Unseen, 0)]
    [InlineData("1c1c1c1c", PollState.Unseen, 0)]
    [InlineData("ffffffff", PollState.Lost, 4)]
    [InlineData("0303ffff", PollState.Lost, 4)]
    [InlineData("ffff0202", PollState.Refused, 2)]
    [InlineData("ffff0000", PollState.Unseen, 2)]
    [InlineData("03ff0300", PollState.Finished, 3)]
    [InlineData("03", PollState.Busy, 1)]
    [InlineData("00", PollState.Unseen, 0)]
    public void Two_bits_tell_what_became_of_a_command(string answer, object state, int ready)
    {
        Assert.Equal(state, StatusPoll.Read(Convert.FromHexString(answer), out int bytes));
        Assert.Equal(ready, bytes);
    }
}
