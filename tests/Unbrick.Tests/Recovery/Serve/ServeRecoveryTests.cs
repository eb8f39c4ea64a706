using System.Buffers.Binary;
using Unbrick.Core.Events;
using Unbrick.Core;
using Unbrick.Sim.Devices;
using Unbrick.Tests.Formats;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class ServeRecoveryTests
{
    private const string Archer = "archer-c7-v2";

    [Theory]
    [InlineData("sim:router/archer-c7-v2")]
    [InlineData("fault:loss=1%,seed=3:sim:router/archer-c7-v2")]
    [InlineData("fault:loss=5%,seed=3:sim:router/archer-c7-v2")]
    [InlineData("fault:loss=1%,seed=11:sim:router/archer-c7-v2?seed=5")]
    [InlineData("fault:loss=5%,seed=12:sim:router/archer-c7-v2?seed=6")]
    public void An_archer_c7_is_recovered_over_good_and_bad_cables(string address)
    {
        byte[] image = ServeBench.Image(1_000_003);
        using ServeBench bench = new(address);

        ServeResult result = bench.Run(ServeBench.Serve(Archer, image));

        Assert.Equal(("recovered", ExitCode.Done, 1), (result.Outcome, result.Exit, result.Transfers));
        Assert.True(((TpLinkRecovery)bench.Device).Flash.Span.SequenceEqual(image));
        Assert.EndsWith("complete", Assert.Single(bench.Events.OfType<TransferEnded>()).Outcome);
        Assert.Contains("came back as 192.168.0.1", Assert.Single(bench.Events.OfType<Note>(), n => n.Topic == "recovered").Text);
        Assert.Equal(0, ((TpLinkRecovery)bench.Device).Loader.MostTimeoutsInOneTry);
    }

    [Fact]
    public void A_cable_that_is_plugged_in_late_is_no_part_of_how_the_run_ended()
    {
        using ServeBench bench = new(time => new ScriptedDevice(time)) { Limit = TimeSpan.FromMinutes(1) };
        bench.At(9, bench.Device.PowerOn);

        ServeResult result = bench.Run(ServeBench.Serve(Archer, ServeBench.Image(50_000)));

        Assert.Single(bench.Problems("no-carrier"));
        Assert.DoesNotContain(result.Diagnosis, p => p.Code == "no-carrier");
        Assert.Contains(result.Diagnosis, p => p.Code == "nothing-heard");
    }

    [Fact]
    public void When_the_answer_to_the_last_block_is_lost_it_is_said_and_the_writing_is_waited_for()
    {
        using ServeBench bench = new("fault:loss=5%,seed=3:sim:router/archer-c7-v2");

        ServeResult result = bench.Run(ServeBench.Serve(Archer, ServeBench.Image(1_000_003)));

        Assert.Equal("probably-complete", Assert.Single(bench.Events.OfType<TransferEnded>()).Outcome);
        Assert.Equal(["1,954 blocks sent, 1,953 acknowledged"], bench.Problem("unconfirmed").Seen);
        Assert.StartsWith("last block of 1,000,003 bytes (976.6 KiB) sent after ", Assert.Single(bench.Problem("still-writing").Seen));
        Assert.Equal(["line-loss", "unconfirmed", "still-writing"], result.Diagnosis.Select(p => p.Code));
        Assert.Equal("recovered", result.Outcome);
    }

    [Fact]
    public void The_whole_story_is_told_in_order()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2");

        bench.Run(ServeBench.Serve(Archer, ServeBench.Image(100_000)));

        Assert.Equal(
            [
                "0.0 device: TP-Link Archer C7 v2 asks 192.168.0.66 for ArcherC7v2_tp_recovery.bin; source: forum.openwrt.org/t/75374 (thread 000)",
                "0.0 image: image.bin, 100,000 bytes (97.7 KiB)",
                "0.0 check: unknown: cannot tell whether it fits: kind-unknown, 100,000 bytes that no format claims (wanted: an image of a known kind)",
                "0.0 network: sim0  link down  192.168.0.66/24 added for this run",
                "0.0 serving: TFTP on 192.168.0.66:69: whatever it asks for gets this image",
                "0.0 now: Hold WPS/Reset, switch on, keep holding until the router asks for the file.",
                "4.0 link-up  sim0  link down -> up (1000 Mbit/s)",
                "4.0 arp 192.168.0.86 who has 192.168.0.66?",
                "4.0 request 192.168.0.86:1952 wants ArcherC7v2_tp_recovery.bin (octet, timeout 3) -> gets image.bin",
                "4.1 complete 192.168.0.86:1952 ArcherC7v2_tp_recovery.bin 100000",
                "4.1 still-writing: last block of 100,000 bytes (97.7 KiB) sent after 0.1 s",
                "125.2 link-down  sim0  link up -> down",
                "127.2 link-up  sim0  link down -> up (1000 Mbit/s)",
                "162.1 recovered: The device is back: 02:1d:10:0b:05:e5 came back as 192.168.0.1.",
            ],
            bench.Said);
    }

    [Fact]
    public void An_image_that_is_refused_twice_ends_with_7()
    {
        byte[] image = ServeBench.Image(100_000);
        BinaryPrimitives.WriteUInt32BigEndian(image, 0x0100_0000); // a TP-Link v1 header…
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(0x40), 0xc700_0001); // …with the hardware id of the v1
        using ServeBench bench = new("sim:router/archer-c7-v2");

        ServeResult result = bench.Run(ServeBench.Serve(Archer, image));

        Assert.Equal(("refused", ExitCode.DeviceRefused, 2), (result.Outcome, result.Exit, result.Transfers));
        Assert.Equal(2, bench.Problems("image-refused").Length);
        Assert.Equal(
            ["192.168.0.86 took all 196 blocks and then asked for ArcherC7v2_tp_recovery.bin once more"], bench.Problems("image-refused")[0].Seen);
        Assert.Single(result.Diagnosis, p => p.Code == "image-refused");
        Assert.True(((TpLinkRecovery)bench.Device).Flash.IsEmpty);
    }

    [Fact]
    public void A_name_of_another_model_gets_nothing_and_says_why_once()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2?file=wr841nv9_tp_recovery.bin") { Limit = TimeSpan.FromMinutes(2) };

        ServeResult result = bench.Run(ServeBench.Serve(Archer, ServeBench.Image(10_000)));

        Assert.Equal(("failed", ExitCode.Interrupted, 0), (result.Outcome, result.Exit, result.Transfers));
        Assert.Contains("TL-WR841N/ND v9", bench.Problem("other-model").Title);
        Assert.Contains("TL-WR841N/ND v9: is this the right image?", bench.Wires("refused")[0]);
        // The loader asks every 10 s: the first and the tenth are said.
        Assert.Equal(2, bench.Wires("refused").Length);
    }

    [Theory]
    [InlineData("sim:router/archer-c7-v2?file=wr841nv9_tp_recovery.bin", true)]
    [InlineData("sim:router/archer-c7-v2?file=ArcherC7v3_tp_recovery.bin", false)]
    [InlineData("sim:router/archer-c7-v2?file=whatever.bin", false)]
    public void A_name_that_is_known_for_the_device_or_for_nobody_or_insisted_on_gets_the_image(string address, bool anyway)
    {
        using ServeBench bench = new(address);

        Assert.Equal("recovered", bench.Run(ServeBench.Serve(Archer, ServeBench.Image(10_000)) with { Anyway = anyway }).Outcome);
    }

    [Fact]
    public void An_image_that_was_refused_and_is_served_all_the_same_is_named_so_in_the_log()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2");
        byte[] other = Samples.Bytes("tplink-v1/tl-wdr4300-v1-hdr2.bin");

        bench.Run(ServeBench.Serve(Archer, other) with { Anyway = true });

        string check = Assert.Single(bench.Events.OfType<Note>(), n => n.Topic == "check").Text;
        Assert.Contains("REFUSED by the check and served all the same (--anyway)", check, StringComparison.Ordinal);
        Assert.Contains("wrong-hwid, 0x43000001 (wanted: 0xc7000002)", check, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sim:router/uboot-1.1.3")]
    [InlineData("sim:router/uboot-2018")]
    [InlineData("sim:router/uboot-2022")]
    [InlineData("fault:loss=2%,seed=4:sim:router/uboot-1.1.3")]
    [InlineData("fault:loss=2%,seed=4:sim:router/uboot-2022")]
    public void A_device_that_asks_by_dhcp_gets_an_address_and_the_name_of_its_file(string address)
    {
        byte[] image = ServeBench.Image(300_000);
        using ServeBench bench = new(address);

        ServeResult result = bench.Run(ServeBench.Serve(null, image));

        Assert.Equal(("sent", ExitCode.Done, 1), (result.Outcome, result.Exit, result.Transfers));
        Assert.True(((UBootRouter)bench.Device).Loader.Received.Span.SequenceEqual(image));
        string mac = string.Join(":", bench.Device.HardwareAddress.GetAddressBytes().Select(b => b.ToString("x2")));
        Assert.Contains($"{mac} DHCP ACK: has 192.168.31.101, file image.bin", bench.Wires("dhcp"));
        Assert.StartsWith("192.168.31.101:", Assert.Single(bench.Wires("request")));
        Assert.Contains("wants image.bin (octet", bench.Wires("request")[0]);
    }

    [Fact]
    public void A_server_for_ever_goes_on_after_a_transfer_and_ends_well_when_stopped()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2") { Limit = TimeSpan.FromMinutes(30) };

        ServeResult result = bench.Run(ServeBench.Serve(Archer, ServeBench.Image(10_000)) with { Forever = true });

        Assert.Equal(("sent", ExitCode.Done, 1), (result.Outcome, result.Exit, result.Transfers));
        Assert.Equal(TimeSpan.FromMinutes(30), bench.Time.Elapsed);
        Assert.Empty(result.Diagnosis);
    }

    [Fact]
    public void A_folder_is_served_by_name_and_ends_when_the_device_has_its_file()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2");
        byte[] image = ServeBench.Image(20_000);
        Directory.CreateDirectory(Path.Combine(bench.Folder, "root"));
        File.WriteAllBytes(Path.Combine(bench.Folder, "root", "archerc7v2_tp_recovery.bin"), image);

        ServeResult result = bench.Run(new() { Device = Archer, Root = Path.Combine(bench.Folder, "root") });

        Assert.Equal(("sent", ExitCode.Done, 1), (result.Outcome, result.Exit, result.Transfers));
        Assert.True(((TpLinkRecovery)bench.Device).Loader.Received.Span.SequenceEqual(image));
    }

    [Fact]
    public void A_file_that_is_not_in_the_folder_is_said_with_what_is_there()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2") { Limit = TimeSpan.FromSeconds(30) };
        File.WriteAllBytes(Path.Combine(bench.Folder, "firmware.bin"), [1]);

        bench.Run(new() { Device = Archer, Root = bench.Folder });

        Assert.Contains("unbrick has firmware.bin.", bench.Problem("name-not-found").Means);
        Assert.EndsWith("asked for ArcherC7v2_tp_recovery.bin", Assert.Single(bench.Problem("name-not-found").Seen));
    }
}
