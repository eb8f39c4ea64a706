using Unbrick.Core.Events;
using Unbrick.Net.Host;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>The Archer C7 v2 whose boot loader looks for 192.168.1.66, where the lists say 192.168.0.66.</summary>
public sealed class AddressHelpTests
{
    private const string OldLoader = "sim:router/archer-c7-v2?server=192.168.1.66&ip=192.168.1.86";
    private static readonly byte[] s_image = ServeBench.Image(10_000);

    [Fact]
    public void A_yes_gives_the_address_for_the_run_and_the_device_is_recovered()
    {
        ScriptedAnswers answers = new("yes");
        using ServeBench bench = new(OldLoader) { Ask = answers, Journalled = true };

        ServeResult result = bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Equal("recovered", result.Outcome);
        Assert.Equal("Give sim0 the address 192.168.1.66/24 as well?", Assert.Single(answers.Asked).Text);
        Assert.Equal(
            ["add 192.168.0.66/24", "add 192.168.1.66/24", "remove 192.168.1.66/24", "remove 192.168.0.66/24"], bench.Network.Changes);
        Assert.Contains("7.2 answered yes", bench.Said);
        Assert.Contains("7.2 network: sim0  192.168.1.66/24 added for this run", bench.Said);
    }

    [Fact]
    public void A_no_changes_nothing_and_is_not_asked_again()
    {
        ScriptedAnswers answers = new("no");
        using ServeBench bench = new(OldLoader) { Ask = answers, Journalled = true, Limit = TimeSpan.FromMinutes(5) };

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Single(answers.Asked);
        Assert.Equal(["add 192.168.0.66/24", "remove 192.168.0.66/24"], bench.Network.Changes);
    }

    [Fact]
    public void An_answer_may_take_its_time_and_the_run_goes_on_meanwhile()
    {
        ScriptedAnswers answers = new() { Later = new() };
        using ServeBench bench = new(OldLoader) { Ask = answers, Journalled = true };
        bench.At(40, () => answers.Later.SetResult("yes"));

        Assert.Equal("recovered", bench.Run(ServeBench.Serve("archer-c7-v2", s_image)).Outcome);
        Assert.Single(answers.Asked);
    }

    [Fact]
    public void Without_anybody_to_ask_there_is_the_command_to_type_once()
    {
        using ServeBench bench = new(OldLoader) { Limit = TimeSpan.FromMinutes(3) };

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image) with { Image = "my image.bin", Interface = "sim0", Dhcp = false });

        Assert.Equal(["02:1d:10:0b:05:e5 (192.168.1.86) asked who has 192.168.1.66"], bench.Problem("address-wanted").Seen);
        Assert.EndsWith(
            ": unbrick serve archer-c7-v2 \"my image.bin\" --interface sim0 --address 192.168.1.66/24 --no-dhcp",
            bench.Problem("address-wanted").Try[0]);
        Assert.Equal(["192.168.1.86 who has 192.168.1.66? (nobody here)"], bench.Wires("arp"));
        Assert.Equal(["add 192.168.0.66/24"], bench.Network.Changes);
    }

    [Fact]
    public void An_address_of_another_adapters_network_is_never_offered()
    {
        ScriptedAnswers answers = new("yes");
        using ServeBench bench = new(OldLoader) { Ask = answers, Limit = TimeSpan.FromMinutes(3) };
        bench.Network.Others.Add(ServeBench.Other("wlan0", AdapterKind.Wireless, "192.168.1.23/24"));

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Empty(answers.Asked);
        Assert.Equal("wlan0 has 192.168.1.23/24, which is the network of 192.168.1.66", bench.Problem("address-wanted").Seen[1]);
    }

    [Fact]
    public void No_address_is_offered_when_the_host_must_not_be_changed()
    {
        ScriptedAnswers answers = new("yes");
        using ServeBench bench = new(OldLoader) { Ask = answers, Limit = TimeSpan.FromMinutes(3) };

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image) with { NoHostChanges = true });

        Assert.Empty(answers.Asked);
        Assert.Empty(bench.Network.Changes);
    }

    [Fact]
    public void One_question_alone_is_no_reason_to_offer_anything()
    {
        ScriptedDevice device = null!;
        ScriptedAnswers answers = new("yes");
        using ServeBench bench = new(time => device = new ScriptedDevice(time)) { Ask = answers, Limit = TimeSpan.FromMinutes(1) };
        device.PowerOn();
        bench.At(5, () => device.AskArp("192.168.0.20", "192.168.0.1"));
        bench.At(30, () => device.AskArp("192.168.0.20", "192.168.0.1"));

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Single(bench.Problems("address-wanted"));
        Assert.Empty(answers.Asked);
    }

    [Fact]
    public void Who_asks_without_an_address_wants_it_for_himself_and_who_asks_for_his_own_announces_it()
    {
        ScriptedDevice device = null!;
        ScriptedAnswers answers = new("yes");
        using ServeBench bench = new(time => device = new ScriptedDevice(time)) { Ask = answers, Limit = TimeSpan.FromMinutes(1) };
        device.PowerOn();
        for (int second = 5; second < 10; second++)
        {
            bench.At(second, () => device.AskArp("0.0.0.0", "192.168.0.1"));
            bench.At(second, () => device.AskArp("192.168.0.5", "192.168.0.5"));
            bench.At(second, () => device.AskArp("192.168.0.5", "0.0.0.0"));
        }

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Empty(bench.Problems("address-wanted"));
        Assert.Empty(answers.Asked);
        Assert.Equal(["02:00:00:00:0a:0b is 192.168.0.1 free?"], bench.Wires("arp"));
    }

    [Fact]
    public void A_flood_of_questions_is_cut_off_and_at_most_three_are_offered()
    {
        ScriptedDevice device = null!;
        ScriptedAnswers answers = new([.. Enumerable.Repeat("yes", 200)]);
        using ServeBench bench = new(time => device = new ScriptedDevice(time)) { Ask = answers, Limit = TimeSpan.FromMinutes(2) };
        device.PowerOn();
        for (int i = 0; i < 400; i++)
        {
            string wanted = $"10.0.{i % 200}.1";
            bench.At(5 + i * 0.05, () => device.AskArp("10.9.9.9", wanted));
        }

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Equal(3, answers.Asked.Count);
        Assert.Equal(64, bench.Wires("arp").Length);
    }

    [Fact]
    public void A_refused_change_is_said_and_the_run_goes_on()
    {
        using ServeBench bench = new(OldLoader) { Ask = new ScriptedAnswers("yes"), Limit = TimeSpan.FromMinutes(1) };
        bench.Network.BeforeChange = () =>
        {
            if (bench.Events.OfType<Asked>().Any())
                throw new NetworkException(NetworkFailure.NotPermitted, "operation not permitted");
        };

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Contains("give sim0 the address 192.168.1.66/24", bench.Problem("not-permitted").Title);
    }
}
