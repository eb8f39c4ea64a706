using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Serve;
using Unbrick.Tests.Recovery.Host;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class AdapterSetupTests
{
    private static readonly IPAddress s_device = new([10, 164, 183, 253]);
    private static readonly NeighborEntry s_first = new(s_device, PhysicalAddress.Parse("02-AA-BB-CC-DD-20"));
    private static readonly NeighborEntry s_second = s_first with { Mac = PhysicalAddress.Parse("02-AA-BB-CC-DD-21") };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_second_device_at_an_address_takes_the_place_of_the_first(bool journalled)
    {
        using ServeBench bench = new("sim:router/netgear-nmrp");
        AdapterSetup setup = Make(bench, journalled, new ServeOptions());

        setup.KnowNeighbor(s_first);
        setup.KnowNeighbor(s_first);
        setup.KnowNeighbor(s_second);

        Assert.Equal([$"fix {s_first}", $"forget {s_first}", $"fix {s_second}"], bench.Network.Changes);
        setup.Undo();
        Assert.Equal(journalled ? null : s_second, bench.Network.FixedNeighbor("sim0", s_device));
    }

    [Fact]
    public void The_users_own_entry_for_another_device_stays()
    {
        using ServeBench bench = new("sim:router/netgear-nmrp");
        bench.Sim.AddNeighbor("sim0", s_second);
        AdapterSetup setup = Make(bench, journalled: true, new ServeOptions());

        setup.KnowNeighbor(s_first);

        Assert.Empty(bench.Network.Changes);
        Assert.Contains("could not be fixed", Assert.Single(bench.Said), StringComparison.Ordinal);
        setup.Undo();
        Assert.Equal(s_second, bench.Network.FixedNeighbor("sim0", s_device));
    }

    [Fact]
    public void Nothing_is_entered_where_nothing_may_be_changed()
    {
        using ServeBench bench = new("sim:router/netgear-nmrp");
        Make(bench, journalled: true, new ServeOptions { NoHostChanges = true }).KnowNeighbor(s_first);
        Assert.Empty(bench.Network.Changes);
    }

    [Fact]
    public void An_address_that_a_killed_run_left_is_no_address_of_the_users_own()
    {
        using ServeBench bench = new("sim:router/netgear-nmrp");
        AdapterAddress own = new(new([10, 164, 183, 252]), 24);
        bench.Sim.Disable("sim0");
        HostChanges killed = new(bench.Sim, new HostJournal(Path.Combine(bench.Folder, "journal.jsonl"), new FakeProcesses(2), bench.Time));
        killed.Enable("sim0");
        killed.AddAddress("sim0", own);
        AdapterSetup setup = Make(bench, journalled: true, new ServeOptions(), own); // planned with the address there

        setup.RecoverLeftovers();
        setup.PrepareAdapter(s_device);

        Assert.Equal([$"remove {own}", "disable sim0", "enable sim0", $"add {own}"], bench.Network.Changes);
        Assert.Equal([own], bench.Sim.Adapters()[0].Addresses);
        setup.Undo();
        Assert.Empty(bench.Sim.Adapters()[0].Addresses);
        Assert.False(bench.Sim.Adapters()[0].Enabled);
    }

    private static AdapterSetup Make(ServeBench bench, bool journalled, ServeOptions options, AdapterAddress? own = null)
    {
        HostJournal? journal = journalled ? new HostJournal(Path.Combine(bench.Folder, "journal.jsonl"), new FakeProcesses(1), bench.Time) : null;
        ServePlan plan = new() { Adapter = bench.Network.Adapters()[0], Address = own };
        return new AdapterSetup(new Workbench(bench.Network, new DeviceLibrary(), bench, journal, new Random(1), null), options, plan, new Diagnosis(bench));
    }
}
