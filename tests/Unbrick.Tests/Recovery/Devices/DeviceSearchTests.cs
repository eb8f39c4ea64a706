using Unbrick.Recovery.Devices;

namespace Unbrick.Tests.Recovery.Devices;

public sealed class DeviceSearchTests
{
    private static readonly DeviceLibrary s_library = new();

    [Theory]
    [InlineData("tplink_archer-c7-v2", MatchKind.Id, "tplink_archer-c7-v2")]
    [InlineData("TPLINK_ARCHER-C7-V2", MatchKind.Id, "tplink_archer-c7-v2")]
    [InlineData("tplink,archer-c7-v2", MatchKind.Board, "tplink_archer-c7-v2")]
    [InlineData("archer-c7-v2", MatchKind.Name, "tplink_archer-c7-v2")]
    [InlineData("archer c7 v2", MatchKind.Name, "tplink_archer-c7-v2")]
    [InlineData("  Archer C7, v2 ", MatchKind.Name, "tplink_archer-c7-v2")]
    [InlineData("ARCHERC7V2", MatchKind.Name, "tplink_archer-c7-v2")]
    [InlineData("TP-Link Archer C7 v2", MatchKind.Name, "tplink_archer-c7-v2")]
    [InlineData("v2 c7 archer", MatchKind.Words, "tplink_archer-c7-v2")]
    [InlineData("R4AG", MatchKind.Name, "xiaomi_mi-router-4a-gigabit")]
    [InlineData("mi router 4a gigabit", MatchKind.Name, "xiaomi_mi-router-4a-gigabit")]
    [InlineData("MR200 v1", MatchKind.Name, "tplink_archer-mr200")]
    [InlineData("wr841n v9", MatchKind.Name, "tplink_tl-wr841-v9")]
    [InlineData("wr841nv9", MatchKind.Name, "tplink_tl-wr841-v9")]
    [InlineData("RB750Gr3", MatchKind.Name, "mikrotik_routerboard-750gr3")]
    [InlineData("ArcherC7v2_tp_recovery.bin", MatchKind.File, "tplink_archer-c7-v2")]
    [InlineData("archerc7V2_TP_recovery.bin", MatchKind.File, "tplink_archer-c7-v2")]
    [InlineData("/tftpboot/ArcherC7v3_tp_recovery.bin", MatchKind.File, "tplink_archer-c7-v2")]
    [InlineData("wr841nv9_tp_recovery.bin", MatchKind.File, "tplink_tl-wr841-v9")]
    [InlineData("fwupgrade.cfg.sig", MatchKind.File, "openmesh-uboot")]
    public void One_device_is_meant(string query, MatchKind kind, string id)
    {
        DeviceMatch? best = s_library.Find(query).Best;

        Assert.NotNull(best);
        Assert.Equal((id, kind), (best.Id, best.Kind));
    }

    [Fact]
    public void A_name_without_the_hardware_version_gives_a_list_and_no_guess()
    {
        DeviceSearch found = s_library.Find("archer c7");

        Assert.Null(found.Best);
        Assert.Equal(
            ["tplink_archer-c7-v1", "tplink_archer-c7-v2", "tplink_archer-c7-v4", "tplink_archer-c7-v5"], found.Matches.Select(match => match.Id));
    }

    // OpenWrt's old board name of the v2 lacks the version, so it must not decide for the user.
    [Fact]
    public void An_old_board_name_without_version_decides_nothing() => Assert.Null(s_library.Find("archer-c7").Best);

    [Fact]
    public void A_longer_name_does_not_stand_in_the_way_of_an_exact_one()
    {
        DeviceSearch found = s_library.Find("Mi Router 4A Gigabit Edition");

        Assert.Equal("xiaomi_mi-router-4a-gigabit", found.Best?.Id);
        Assert.Contains(found.Matches, match => match.Id == "xiaomi_mi-router-4a-gigabit-v2" && match.Kind == MatchKind.Words);
    }

    [Fact]
    public void A_file_that_many_ask_for_gives_all_of_them()
    {
        DeviceSearch found = s_library.Find("tp_recovery.bin");

        Assert.Null(found.Best);
        Assert.True(found.Matches.Length > 20);
        Assert.All(found.Matches, match => Assert.Equal(("asks for tp_recovery.bin", MatchKind.File), (match.Reason, match.Kind)));
    }

    [Theory]
    [InlineData("ArcherC7v2_tp_recovry.bin", MatchKind.NearFile, "asks for ArcherC7v2_tp_recovery.bin, which is close")]
    [InlineData("archrer c7 v2", MatchKind.NearName, "has a similar name")]
    public void A_slip_of_the_pen_gives_similar_ones_but_is_never_certain(string query, MatchKind kind, string reason)
    {
        DeviceSearch found = s_library.Find(query);

        Assert.Null(found.Best);
        Assert.Equal(("tplink_archer-c7-v2", kind, reason), (found.Matches[0].Id, found.Matches[0].Kind, found.Matches[0].Reason));
    }

    [Fact]
    public void A_board_name_of_a_processor_gives_every_device_with_it()
    {
        DeviceSearch found = s_library.Find("qca,qca9558");

        Assert.Null(found.Best);
        Assert.Contains(found.Matches, match => match.Id == "tplink_archer-c7-v2");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("---")]
    [InlineData("\0\u001b[;")]
    [InlineData("no such device anywhere")]
    public void Nothing_fits_nothing(string query) => Assert.Empty(s_library.Find(query).Matches);

    [Fact]
    public void A_question_without_end_is_no_question() => Assert.Empty(s_library.Find(new string('a', 1_000_000)).Matches);

    [Fact]
    public void Matches_come_in_the_same_order_each_time() =>
        Assert.Equal(s_library.Find("archer").Matches.Select(match => match.Id), new DeviceLibrary().Find("archer").Matches.Select(match => match.Id));

    [Fact]
    public void Any_id_of_the_library_finds_itself()
    {
        foreach (DeviceMatch match in s_library.Find("e").Matches)
            Assert.Equal(match.Id, s_library.Find(match.Id).Best?.Id);
    }
}
