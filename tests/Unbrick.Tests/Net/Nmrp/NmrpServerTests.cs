using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Nmrp;

namespace Unbrick.Tests.Net.Nmrp;

public sealed class NmrpServerTests
{
    private static readonly PhysicalAddress s_pc = PhysicalAddress.Parse("020000000001");
    private static readonly PhysicalAddress s_router = PhysicalAddress.Parse("00037F112233"), s_second = PhysicalAddress.Parse("00037F445566");

    private readonly NmrpServer _server = new(new NmrpServerOptions { OwnMac = s_pc, DeviceAddress = IPAddress.Parse("10.164.183.253") });
    private readonly NmrpActions _actions = new();
    private TimeSpan _now;

    [Fact]
    public void It_advertises_five_times_a_second_until_a_device_answers()
    {
        Assert.Equal(50, Pass(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1)).Count(IsAdvertisement));
        Hear(NmrpCode.ConfigurationRequest);
        Assert.Equal([new NmrpReport.Found(s_router, NmrpCode.ConfigurationRequest)], _actions.Reports);
        Assert.Equal([NmrpFrame.Configure(s_router, s_pc, IPAddress.Parse("10.164.183.253"), 24, null)], _actions.Sends);
        Assert.Empty(Pass(TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public void A_configuration_that_was_lost_is_sent_again_for_each_question()
    {
        for (int i = 0; i < 6; i++)
        {
            Hear(NmrpCode.ConfigurationRequest);
            Assert.Single(_actions.Sends);
            Pass(TimeSpan.FromSeconds(0.5));
        }
        Assert.Equal(NmrpState.Configured, _server.State);
    }

    [Fact]
    public void A_whole_recovery_with_a_name_and_signs_of_life()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Hear(NmrpCode.UploadRequest, "firmware");
        Assert.Equal([new NmrpReport.UploadWanted(s_router, "firmware", 0)], _actions.Reports);
        Assert.Empty(_actions.Sends);
        Upload();
        Assert.Equal(NmrpState.Writing, _server.State);
        for (int i = 1; i <= 3; i++)
        {
            Assert.Empty(Pass(TimeSpan.FromMinutes(20)));
            Hear(NmrpCode.KeepAliveRequest);
            Assert.Equal([NmrpFrame.Plain(s_router, s_pc, NmrpCode.KeepAliveAck)], _actions.Sends);
            Assert.Equal([new NmrpReport.KeepAlive(s_router, i)], _actions.Reports);
        }
        Hear(NmrpCode.CloseRequest);
        Assert.Equal([NmrpFrame.Plain(s_router, s_pc, NmrpCode.CloseAck)], _actions.Sends);
        Assert.Equal([new NmrpReport.Closed(s_router, Sent: true)], _actions.Reports);
        Hear(NmrpCode.CloseRequest); // the answer was lost
        Assert.Single(_actions.Sends);
        Assert.Empty(_actions.Reports);
        Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(NmrpState.Over, _server.State);
    }

    [Fact]
    public void Patience_while_it_writes_ends_after_thirty_minutes_of_silence()
    {
        Configured();
        Upload();
        Pass(TimeSpan.FromMinutes(29));
        Assert.Equal(NmrpState.Writing, _server.State);
        Pass(TimeSpan.FromMinutes(2), out List<NmrpReport> told);
        Assert.Equal(TimeSpan.FromMinutes(30), Assert.IsType<NmrpReport.WaitedEnough>(Assert.Single(told)).Silence);
        Assert.Equal(NmrpState.Over, _server.State);
    }

    [Fact]
    public void A_device_that_is_alive_for_ever_is_let_go_after_two_hours()
    {
        Configured();
        Upload();
        for (int i = 0; i < 300 && _server.State == NmrpState.Writing; i++)
        {
            Hear(NmrpCode.KeepAliveRequest);
            Pass(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(NmrpState.Over, _server.State);
        Assert.InRange(_now, TimeSpan.FromMinutes(120), TimeSpan.FromMinutes(122));
    }

    [Fact]
    public void Repeated_upload_requests_start_one_upload_only()
    {
        Configured();
        for (int i = 0; i < 5; i++)
        {
            Hear(NmrpCode.UploadRequest);
            Assert.Empty(_actions.Reports);
            Pass(TimeSpan.FromSeconds(0.5));
        }
    }

    [Fact]
    public void A_file_that_it_does_not_like_is_offered_once_more_and_then_it_is_let_go()
    {
        Configured();
        Upload();
        Hear(NmrpCode.UploadRequest);
        Assert.Equal([new NmrpReport.Refused(s_router, 1), new NmrpReport.UploadWanted(s_router, null, 1)], _actions.Reports);
        Upload();
        Hear(NmrpCode.UploadRequest);
        Assert.Equal([new NmrpReport.Refused(s_router, 2)], _actions.Reports);
        Assert.Equal([NmrpFrame.Plain(s_router, s_pc, NmrpCode.CloseRequest)], _actions.Sends);
        Hear(NmrpCode.CloseAck);
        Assert.Equal(NmrpState.Over, _server.State);
    }

    [Fact]
    public void A_device_that_restarts_in_the_middle_is_called_again_and_begins_again()
    {
        Configured();
        for (int i = 0; i < 10; i++)
            Progress();
        Assert.Empty(Pass(TimeSpan.FromSeconds(2.9)));
        Assert.InRange(Pass(TimeSpan.FromSeconds(2)).Count(IsAdvertisement), 9, 11);
        Hear(NmrpCode.ConfigurationRequest);
        Assert.Equal([new NmrpReport.UploadVoid(s_router)], _actions.Reports);
        Assert.Single(_actions.Sends);
        Hear(NmrpCode.UploadRequest);
        Assert.IsType<NmrpReport.UploadWanted>(Assert.Single(_actions.Reports));
    }

    [Fact]
    public void Late_questions_do_not_disturb_an_upload()
    {
        Configured();
        Progress();
        Hear(NmrpCode.ConfigurationRequest);
        Assert.Empty(_actions.Reports);
        Hear(NmrpCode.UploadRequest);
        Assert.Empty(_actions.Reports);
        Assert.Equal(NmrpState.Uploading, _server.State);
    }

    [Fact]
    public void An_upload_that_failed_begins_the_search_anew_and_after_an_error_it_may_ask_again()
    {
        Configured();
        _server.OnUploadEnded(NmrpUploadEnd.Silent, _now, _actions);
        Assert.Equal([new NmrpReport.Lost(s_router)], _actions.Reports);
        Assert.Equal(NmrpState.Advertising, _server.State);
        _actions.Clear();
        Configured();
        _server.OnUploadEnded(NmrpUploadEnd.Refused, _now, _actions);
        Assert.Empty(_actions.Reports);
        Hear(NmrpCode.UploadRequest);
        Assert.IsType<NmrpReport.UploadWanted>(Assert.Single(_actions.Reports));
    }

    [Fact]
    public void A_device_that_asks_for_nothing_is_lost_after_ten_seconds()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Pass(TimeSpan.FromSeconds(11), out List<NmrpReport> told);
        Assert.Equal([new NmrpReport.Lost(s_router)], told);
        Assert.Equal(NmrpState.Advertising, _server.State);
    }

    [Theory]
    [InlineData(NmrpCode.KeepAliveRequest)]
    [InlineData(NmrpCode.CloseRequest)]
    public void What_only_follows_a_whole_file_confirms_it_when_the_last_acknowledgement_is_missing(NmrpCode code)
    {
        Configured();
        _server.OnUploadProgress(allSent: true, _now);
        Hear(code);
        Assert.Equal(new NmrpReport.UploadConfirmed(s_router), _actions.Reports[0]);
        Assert.True(_actions.Reports[1] is NmrpReport.KeepAlive or NmrpReport.Closed { Sent: true });
    }

    [Fact]
    public void A_good_bye_in_the_middle_of_a_file_is_not_taken_for_success()
    {
        Configured();
        Progress();
        Hear(NmrpCode.CloseRequest);
        Assert.Equal([new NmrpReport.UploadVoid(s_router), new NmrpReport.Closed(s_router, Sent: false)], _actions.Reports);
    }

    [Fact]
    public void A_device_found_writing_is_kept_alive()
    {
        Hear(NmrpCode.KeepAliveRequest);
        Assert.Equal([NmrpFrame.Plain(s_router, s_pc, NmrpCode.KeepAliveAck)], _actions.Sends);
        Assert.Equal(NmrpState.Writing, _server.State);
        Assert.Empty(Pass(TimeSpan.FromMinutes(29)));
    }

    [Fact]
    public void A_string_table_is_not_answered_with_firmware()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Hear(NmrpCode.UploadRequest, "string table 01");
        Assert.Equal([new NmrpReport.UnknownFile(s_router, "string table 01")], _actions.Reports);
        Assert.Equal([NmrpFrame.Plain(s_router, s_pc, NmrpCode.CloseRequest)], _actions.Sends);
    }

    [Fact]
    public void The_first_device_is_served_and_others_are_told_once_and_not_answered()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Hear(NmrpCode.ConfigurationRequest, from: s_second);
        Assert.Equal([new NmrpReport.OtherDevice(s_second)], _actions.Reports);
        Assert.Empty(_actions.Sends);
        Hear(NmrpCode.UploadRequest, from: s_second);
        Assert.Empty(_actions.Reports);
        Assert.Equal(s_router, _server.Device);
    }

    [Fact]
    public void A_flood_of_other_devices_is_told_with_an_end()
    {
        Hear(NmrpCode.ConfigurationRequest);
        int told = 0;
        for (int i = 0; i < 1000; i++)
        {
            Hear(NmrpCode.ConfigurationRequest, from: new PhysicalAddress([2, 1, 1, 1, (byte)(i >> 8), (byte)i]));
            told += _actions.Reports.Count;
        }
        Assert.Equal(16, told);
    }

    [Fact]
    public void Another_server_is_told_and_our_own_frames_and_those_to_others_are_ignored()
    {
        Take(NmrpFrame.Advertise(s_second));
        Assert.Equal([new NmrpReport.OtherServer(s_second)], _actions.Reports);
        Take(NmrpFrame.Advertise(s_pc));
        Take(NmrpFrame.Plain(s_pc, s_pc, NmrpCode.ConfigurationRequest));
        Take(NmrpFrame.Plain(s_second, s_router, NmrpCode.ConfigurationRequest));
        Take(NmrpFrame.Plain(s_pc, s_router, NmrpCode.ConfigurationAck));
        Take(NmrpFrame.Plain(s_pc, s_router, (NmrpCode)0x77));
        Assert.Equal(NmrpState.Advertising, _server.State);
        Assert.Null(_server.Device);
    }

    private void Configured()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Hear(NmrpCode.UploadRequest);
        _actions.Clear();
    }

    private void Upload()
    {
        Progress();
        _actions.Clear();
        _server.OnUploadEnded(NmrpUploadEnd.Sent, _now, _actions);
        Assert.Empty(_actions.Reports);
    }

    private void Progress()
    {
        _now += TimeSpan.FromMilliseconds(1);
        _server.OnUploadProgress(allSent: false, _now);
    }

    private void Hear(NmrpCode code, string? name = null, PhysicalAddress? from = null)
    {
        byte[] frame = NmrpFrame.Plain(s_pc, from ?? s_router, code);
        if (name is not null)
        {
            frame = [.. frame, 1, 0x81, 0, (byte)(4 + name.Length), .. System.Text.Encoding.ASCII.GetBytes(name)];
            frame[19] = (byte)(frame.Length - 14);
        }
        Take(frame);
    }

    private void Take(byte[] frame)
    {
        _actions.Clear();
        _server.OnFrame(frame, _now, _actions);
        Assert.InRange(_actions.Sends.Count, 0, 1);
    }

    private List<byte[]> Pass(TimeSpan time) => Pass(time, out _);

    /// <summary>Lets time pass as the loop would; what was sent meanwhile.</summary>
    private List<byte[]> Pass(TimeSpan time, out List<NmrpReport> told)
    {
        (List<byte[]> sent, told) = ([], []);
        TimeSpan end = _now + time;
        while (_server.NextDue <= end)
        {
            _now = _server.NextDue > _now ? _server.NextDue : _now;
            _actions.Clear();
            _server.OnTimer(_now, _actions);
            sent.AddRange(_actions.Sends);
            told.AddRange(_actions.Reports);
        }
        _now = end;
        _actions.Clear();
        return sent;
    }

    private static bool IsAdvertisement(byte[] frame) => frame.AsSpan().SequenceEqual(NmrpFrame.Advertise(s_pc));
}
