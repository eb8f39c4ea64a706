using System.Text;
using Unbrick.Net.Host;
using Unbrick.Sim;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Sim;

public sealed class TpLinkRecoveryTests
{
    [Fact]
    public void A_good_image_is_loaded_checked_written_and_booted_and_the_console_says_what_the_real_one_says()
    {
        Router router = new(Image(0xc700_0002));
        router.Serve(() => router.Device.State == TpLinkState.Recovered);
        Assert.Equal(["ArcherC7v2_tp_recovery.bin", "octet", "timeout", "3", ""], router.Server.LastRequest);
        Assert.StartsWith(
            "dup 1 speed 1000\nUsing eth1 device\nTFTP from server 192.168.0.66; our IP address is 192.168.0.86\n"
            + "Filename 'ArcherC7v2_tp_recovery.bin'.\nLoad address: 0x80060000\nLoading: *\b#",
            router.Console.ToString());
        Assert.Contains("\ndone\nBytes transferred = 20000 (4e20 hex)\nrecovery_product_id = c7000002\n", router.Console.ToString());
        Assert.True(router.Device.Flash.Span.SequenceEqual(Image(0xc700_0002)));
        Assert.InRange(router.Bench.Time.Elapsed.TotalSeconds, 150, 180);
    }

    [Fact]
    public void An_image_for_another_model_is_refused_and_asked_for_again()
    {
        Router router = new(Image(0xc700_0001));
        router.Serve(() => router.Server.Requests == 3);
        Assert.Contains("bad product id c7000001\n", router.Console.ToString());
        Assert.Equal(2, router.Device.Refused);
        Assert.Equal(0, router.Device.Flash.Length);
    }

    [Fact]
    public void An_image_that_does_not_fit_the_flash_is_refused()
    {
        Router router = new(new byte[0xf8_0001]);
        router.Serve(() => router.Device.Refused == 1);
        Assert.Contains("bad image size f80001\n", router.Console.ToString());
    }

    [Fact]
    public void The_link_comes_3_s_after_power_on_stays_during_the_write_and_falls_at_the_reset()
    {
        Router router = new(Image(0xc700_0002));
        List<(int Second, bool Carrier, TpLinkState State)> changes = [];
        FaultyCable cable = router.Bench.Host.Cable;
        cable.CarrierChanged += () => changes.Add(((int)router.Bench.Time.Elapsed.TotalSeconds, cable.Carrier, router.Device.State));
        router.Serve(() => router.Device.State == TpLinkState.Recovered);
        Assert.Equal([(4, true), (125, false), (127, true)], changes.Select(c => (c.Second, c.Carrier)));
        Assert.Equal(TpLinkState.Loading, changes[0].State);
    }

    [Fact]
    public void With_the_button_let_go_the_first_failure_is_the_last()
    {
        Router router = new(Image(0xc700_0002), "?hold=6s", serve: false);
        router.Serve(() => router.Device.State == TpLinkState.Dead);
        Assert.Equal(0, router.Device.Loader.Restarts);
        Assert.EndsWith("Retry count exceeded; starting again\n", router.Console.ToString());
    }

    [Fact]
    public void With_the_button_held_it_asks_for_ever()
    {
        Router router = new(Image(0xc700_0002), serve: false);
        router.Serve(() => router.Device.Loader.Restarts == 5);
        Assert.Equal(TpLinkState.Loading, router.Device.State);
        Assert.Equal(55, router.Device.Loader.Timeouts);
    }

    [Fact]
    public void The_new_firmware_announces_its_address_twice_and_answers_arp_for_it()
    {
        Router router = new(Image(0xc700_0002));
        router.Serve(() => router.Device.State == TpLinkState.Booting);
        List<string> seen = [];
        byte[] buffer = new byte[1514];
        using INetworkStack stack = router.Bench.Host.OpenStack();
        using IFrameTap tap = stack.OpenTap(router.Bench.Host.Adapters()[0], TapScope.Signs, t =>
        {
            while (t.TryReceive(buffer, out _, out bool outgoing))
                seen.Add($"{(outgoing ? "out" : "in")} {Convert.ToHexString(buffer, 20, 2)} {buffer[31]}.{buffer[41]}");
        });
        router.Server.Run(() => false, TimeSpan.FromSeconds(60));
        stack.Poll(TimeSpan.Zero);
        Assert.Equal(["in 0001 1.1", "in 0001 1.1"], seen);
        seen.Clear();
        router.Bench.Host.Cable.SendDown(Convert.FromHexString(
            "ffffffffffff" + "02005e000001" + "0806" + "0001080006040001" + "02005e000001" + "c0a80042" + "000000000000" + "c0a80001"));
        stack.Poll(TimeSpan.FromSeconds(1));
        Assert.Equal(["in 0002 1.66"], seen);
    }

    [Fact]
    public void Power_lost_while_writing_leaves_it_bricked_and_the_loader_still_helps()
    {
        Router router = new(Image(0xc700_0002));
        router.Serve(() => router.Device.State == TpLinkState.Writing);
        router.Device.PowerOff();
        Assert.Equal(TpLinkState.Bricked, router.Device.State);
        Assert.False(router.Bench.Host.Cable.Carrier);
        router.Device.PowerOn();
        router.Serve(() => router.Device.State == TpLinkState.Recovered);
        Assert.Equal(2, router.Device.Loader.Completed);
    }

    /// <summary>20,000 bytes that look like a TP-Link v1 image: version at 0, hwid at 0x40.</summary>
    private static byte[] Image(uint hardwareId)
    {
        byte[] image = new byte[20_000];
        new Random(2).NextBytes(image);
        Convert.FromHexString("01000000").CopyTo(image, 0);
        Convert.FromHexString(hardwareId.ToString("x8")).CopyTo(image, 0x40);
        return image;
    }

    private sealed class Router
    {
        public Router(byte[] image, string settings = "", bool serve = true)
        {
            Bench = SimCatalogue.Open("sim:router/archer-c7-v2" + settings, new VirtualTime(DateTimeOffset.UnixEpoch));
            Device = (TpLinkRecovery)Bench.Device;
            Device.ConsoleText += text => Console.Append(text);
            if (serve)
                Bench.Host.AddAddress(SimNetworkHost.AdapterName, new AdapterAddress(new([192, 168, 0, 66]), 24));
            Server = new NaiveTftpServer(Bench.Host, image, TimeSpan.FromMilliseconds(50));
        }

        public SimBench Bench { get; }

        public TpLinkRecovery Device { get; }

        public NaiveTftpServer Server { get; }

        public StringBuilder Console { get; } = new();

        public void Serve(Func<bool> until)
        {
            Server.Run(until, TimeSpan.FromMinutes(30));
            Assert.True(until(), $"not reached in 30 minutes; state {Device.State}");
        }
    }
}
