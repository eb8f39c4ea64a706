using System.Net;
using Unbrick.Net.Nmrp;

namespace Unbrick.Tests.Net.Nmrp;

public sealed class NmrpServerTests : NmrpServerBench
{
    [Fact]
    public void It_advertises_five_times_a_second_until_a_device_answers()
    {
        Assert.Equal(50, Pass(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1)).Count(IsAdvertisement));
        Hear(NmrpCode.ConfigurationRequest);
        Assert.Equal([new NmrpReport.Found(Router, NmrpCode.ConfigurationRequest)], Actions.Reports);
        Assert.Equal([NmrpFrame.Configure(Router, Pc, IPAddress.Parse("10.164.183.253"), 24, null)], Actions.Sends);
        Assert.Empty(Pass(TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public void A_configuration_that_was_lost_is_sent_again_for_each_question()
    {
        for (int i = 0; i < 6; i++)
        {
            Hear(NmrpCode.ConfigurationRequest);
            Assert.Single(Actions.Sends);
            Pass(TimeSpan.FromSeconds(0.5));
        }
        Assert.Equal(NmrpState.Configured, Server.State);
    }

    [Fact]
    public void A_whole_recovery_with_a_name_and_signs_of_life()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Hear(NmrpCode.UploadRequest, "firmware");
        Assert.Equal([new NmrpReport.UploadWanted(Router, "firmware", 0)], Actions.Reports);
        Assert.Empty(Actions.Sends);
        Upload();
        Assert.Equal(NmrpState.Writing, Server.State);
        for (int i = 1; i <= 3; i++)
        {
            Assert.Empty(Pass(TimeSpan.FromMinutes(20)));
            Hear(NmrpCode.KeepAliveRequest);
            Assert.Equal([NmrpFrame.Plain(Router, Pc, NmrpCode.KeepAliveAck)], Actions.Sends);
            Assert.Equal([new NmrpReport.KeepAlive(Router, i)], Actions.Reports);
        }
        Hear(NmrpCode.CloseRequest);
        Assert.Equal([NmrpFrame.Plain(Router, Pc, NmrpCode.CloseAck)], Actions.Sends);
        Assert.Equal([new NmrpReport.Closed(Router, Sent: true)], Actions.Reports);
        Hear(NmrpCode.CloseRequest); // the answer was lost
        Assert.Single(Actions.Sends);
        Assert.Empty(Actions.Reports);
        Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(NmrpState.Over, Server.State);
    }

    [Fact]
    public void Patience_while_it_writes_ends_after_thirty_minutes_of_silence()
    {
        Configured();
        Upload();
        Pass(TimeSpan.FromMinutes(29));
        Assert.Equal(NmrpState.Writing, Server.State);
        Pass(TimeSpan.FromMinutes(2), out List<NmrpReport> told);
        Assert.Equal(TimeSpan.FromMinutes(30), Assert.IsType<NmrpReport.WaitedEnough>(Assert.Single(told)).Silence);
        Assert.Equal(NmrpState.Over, Server.State);
    }

    [Fact]
    public void A_device_that_is_alive_for_ever_is_let_go_after_two_hours()
    {
        Configured();
        Upload();
        for (int i = 0; i < 300 && Server.State == NmrpState.Writing; i++)
        {
            Hear(NmrpCode.KeepAliveRequest);
            Pass(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(NmrpState.Over, Server.State);
        Assert.InRange(Now, TimeSpan.FromMinutes(120), TimeSpan.FromMinutes(122));
    }

    [Fact]
    public void Repeated_upload_requests_start_one_upload_only()
    {
        Configured();
        for (int i = 0; i < 5; i++)
        {
            Hear(NmrpCode.UploadRequest);
            Assert.Empty(Actions.Reports);
            Pass(TimeSpan.FromSeconds(0.5));
        }
    }

    [Fact]
    public void A_file_that_it_does_not_like_is_offered_once_more_and_then_it_is_let_go()
    {
        Configured();
        Upload();
        Hear(NmrpCode.UploadRequest);
        Assert.Equal([new NmrpReport.Refused(Router, 1), new NmrpReport.UploadWanted(Router, null, 1)], Actions.Reports);
        Upload();
        Hear(NmrpCode.UploadRequest);
        Assert.Equal([new NmrpReport.Refused(Router, 2)], Actions.Reports);
        Assert.Equal([NmrpFrame.Plain(Router, Pc, NmrpCode.CloseRequest)], Actions.Sends);
        Hear(NmrpCode.CloseAck);
        Assert.Equal(NmrpState.Over, Server.State);
    }
}
