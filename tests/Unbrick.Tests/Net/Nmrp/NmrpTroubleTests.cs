using System.Net.NetworkInformation;
using Unbrick.Net.Nmrp;

namespace Unbrick.Tests.Net.Nmrp;

public sealed class NmrpTroubleTests : NmrpServerBench
{
    [Fact]
    public void A_device_that_restarts_in_the_middle_is_called_again_and_begins_again()
    {
        Configured();
        for (int i = 0; i < 10; i++)
            Progress();
        Assert.Empty(Pass(TimeSpan.FromSeconds(2.9)));
        Assert.InRange(Pass(TimeSpan.FromSeconds(2)).Count(IsAdvertisement), 9, 11);
        Hear(NmrpCode.ConfigurationRequest);
        Assert.Equal([new NmrpReport.UploadVoid(Router)], Actions.Reports);
        Assert.Single(Actions.Sends);
        Hear(NmrpCode.UploadRequest);
        Assert.IsType<NmrpReport.UploadWanted>(Assert.Single(Actions.Reports));
    }

    [Fact]
    public void Late_questions_do_not_disturb_an_upload()
    {
        Configured();
        Progress();
        Hear(NmrpCode.ConfigurationRequest);
        Assert.Empty(Actions.Reports);
        Hear(NmrpCode.UploadRequest);
        Assert.Empty(Actions.Reports);
        Assert.Equal(NmrpState.Uploading, Server.State);
    }

    [Fact]
    public void An_upload_that_failed_begins_the_search_anew_and_after_an_error_it_may_ask_again()
    {
        Configured();
        Server.OnUploadEnded(NmrpUploadEnd.Silent, Now, Actions);
        Assert.Equal([new NmrpReport.Lost(Router)], Actions.Reports);
        Assert.Equal(NmrpState.Advertising, Server.State);
        Actions.Clear();
        Configured();
        Server.OnUploadEnded(NmrpUploadEnd.Refused, Now, Actions);
        Assert.Empty(Actions.Reports);
        Hear(NmrpCode.UploadRequest);
        Assert.IsType<NmrpReport.UploadWanted>(Assert.Single(Actions.Reports));
    }

    [Fact]
    public void A_device_that_asks_for_nothing_is_lost_after_ten_seconds()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Pass(TimeSpan.FromSeconds(11), out List<NmrpReport> told);
        Assert.Equal([new NmrpReport.Lost(Router)], told);
        Assert.Equal(NmrpState.Advertising, Server.State);
    }

    [Theory]
    [InlineData(NmrpCode.KeepAliveRequest)]
    [InlineData(NmrpCode.CloseRequest)]
    public void What_only_follows_a_whole_file_confirms_it_when_the_last_acknowledgement_is_missing(NmrpCode code)
    {
        Configured();
        Server.OnUploadProgress(allSent: true, Now);
        Hear(code);
        Assert.Equal(new NmrpReport.UploadConfirmed(Router), Actions.Reports[0]);
        Assert.True(Actions.Reports[1] is NmrpReport.KeepAlive or NmrpReport.Closed { Sent: true });
    }

    [Fact]
    public void A_good_bye_in_the_middle_of_a_file_is_not_taken_for_success()
    {
        Configured();
        Progress();
        Hear(NmrpCode.CloseRequest);
        Assert.Equal([new NmrpReport.UploadVoid(Router), new NmrpReport.Closed(Router, Sent: false)], Actions.Reports);
    }

    [Fact]
    public void A_device_found_writing_is_kept_alive()
    {
        Hear(NmrpCode.KeepAliveRequest);
        Assert.Equal([NmrpFrame.Plain(Router, Pc, NmrpCode.KeepAliveAck)], Actions.Sends);
        Assert.Equal(NmrpState.Writing, Server.State);
        Assert.Empty(Pass(TimeSpan.FromMinutes(29)));
    }

    [Fact]
    public void A_string_table_is_not_answered_with_firmware()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Hear(NmrpCode.UploadRequest, "string table 01");
        Assert.Equal([new NmrpReport.UnknownFile(Router, "string table 01")], Actions.Reports);
        Assert.Equal([NmrpFrame.Plain(Router, Pc, NmrpCode.CloseRequest)], Actions.Sends);
    }

    [Fact]
    public void The_first_device_is_served_and_others_are_told_once_and_not_answered()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Hear(NmrpCode.ConfigurationRequest, from: Second);
        Assert.Equal([new NmrpReport.OtherDevice(Second)], Actions.Reports);
        Assert.Empty(Actions.Sends);
        Hear(NmrpCode.UploadRequest, from: Second);
        Assert.Empty(Actions.Reports);
        Assert.Equal(Router, Server.Device);
    }

    [Fact]
    public void A_flood_of_other_devices_is_told_with_an_end()
    {
        Hear(NmrpCode.ConfigurationRequest);
        int told = 0;
        for (int i = 0; i < 1000; i++)
        {
            Hear(NmrpCode.ConfigurationRequest, from: new PhysicalAddress([2, 1, 1, 1, (byte)(i >> 8), (byte)i]));
            told += Actions.Reports.Count;
        }
        Assert.Equal(16, told);
    }

    [Fact]
    public void Another_server_is_told_and_our_own_frames_and_those_to_others_are_ignored()
    {
        Take(NmrpFrame.Advertise(Second));
        Assert.Equal([new NmrpReport.OtherServer(Second)], Actions.Reports);
        Take(NmrpFrame.Advertise(Pc));
        Take(NmrpFrame.Plain(Pc, Pc, NmrpCode.ConfigurationRequest));
        Take(NmrpFrame.Plain(Second, Router, NmrpCode.ConfigurationRequest));
        Take(NmrpFrame.Plain(Pc, Router, NmrpCode.ConfigurationAck));
        Take(NmrpFrame.Plain(Pc, Router, (NmrpCode)0x77));
        Assert.Equal(NmrpState.Advertising, Server.State);
        Assert.Null(Server.Device);
    }
}
