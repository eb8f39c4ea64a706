using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Nmrp;

namespace Unbrick.Tests.Net.Nmrp;

/// <summary>The PC's half of the talk, with a script for the device's, in virtual time.</summary>
public abstract class NmrpServerBench
{
    private protected static readonly PhysicalAddress Pc = PhysicalAddress.Parse("020000000001");
    private protected static readonly PhysicalAddress Router = PhysicalAddress.Parse("00037F112233"), Second = PhysicalAddress.Parse("00037F445566");

    private protected NmrpServer Server { get; } = new(new NmrpServerOptions { OwnMac = Pc, DeviceAddress = IPAddress.Parse("10.164.183.253") });

    private protected NmrpActions Actions { get; } = new();

    private protected TimeSpan Now { get; set; }

    private protected void Configured()
    {
        Hear(NmrpCode.ConfigurationRequest);
        Hear(NmrpCode.UploadRequest);
        Actions.Clear();
    }

    private protected void Upload()
    {
        Progress();
        Actions.Clear();
        Server.OnUploadEnded(NmrpUploadEnd.Sent, Now, Actions);
        Assert.Empty(Actions.Reports);
    }

    private protected void Progress()
    {
        Now += TimeSpan.FromMilliseconds(1);
        Server.OnUploadProgress(allSent: false, Now);
    }

    private protected void Hear(NmrpCode code, string? name = null, PhysicalAddress? from = null)
    {
        byte[] frame = NmrpFrame.Plain(Pc, from ?? Router, code);
        if (name is not null)
        {
            frame = [.. frame, 1, 0x81, 0, (byte)(4 + name.Length), .. System.Text.Encoding.ASCII.GetBytes(name)];
            frame[19] = (byte)(frame.Length - 14);
        }
        Take(frame);
    }

    private protected void Take(byte[] frame)
    {
        Actions.Clear();
        Server.OnFrame(frame, Now, Actions);
        Assert.InRange(Actions.Sends.Count, 0, 1);
    }

    private protected List<byte[]> Pass(TimeSpan time) => Pass(time, out _);

    /// <summary>Lets time pass as the loop would; what was sent meanwhile.</summary>
    private protected List<byte[]> Pass(TimeSpan time, out List<NmrpReport> told)
    {
        (List<byte[]> sent, told) = ([], []);
        TimeSpan end = Now + time;
        while (Server.NextDue <= end)
        {
            Now = Server.NextDue > Now ? Server.NextDue : Now;
            Actions.Clear();
            Server.OnTimer(Now, Actions);
            sent.AddRange(Actions.Sends);
            told.AddRange(Actions.Reports);
        }
        Now = end;
        Actions.Clear();
        return sent;
    }

    private protected static bool IsAdvertisement(byte[] frame) => frame.AsSpan().SequenceEqual(NmrpFrame.Advertise(Pc));
}
