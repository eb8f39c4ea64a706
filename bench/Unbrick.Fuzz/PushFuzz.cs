using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using Unbrick.Net.Nmrp;
using Unbrick.Net.Tftp;

namespace Unbrick.Fuzz;

/// <summary>Devices that are sent their file: what comes to a <see cref="TftpPut"/> and to an <see cref="NmrpServer"/>.</summary>
internal sealed class PushFuzz
{
    private const int MostSends = 8, LargestFrame = 1514;
    private static readonly IPEndPoint s_device = new(new IPAddress([192, 168, 1, 1]), 69), s_transfer = new(s_device.Address, 2048);
    private static readonly PhysicalAddress s_own = new([2, 0, 0, 0, 0, 1]), s_router = new([2, 0, 0, 0, 0, 2]);
    private static readonly NmrpCode[] s_codes =
        [NmrpCode.ConfigurationRequest, NmrpCode.UploadRequest, NmrpCode.KeepAliveRequest, NmrpCode.CloseRequest, NmrpCode.Advertise, (NmrpCode)99];

    private readonly Random _random;
    private readonly PacketMaker _maker;
    private readonly IncrementalHash _digest;
    private readonly byte[] _content;
    private readonly TftpPutActions _putActions = new();
    private readonly NmrpActions _nmrpActions = new();
    private TftpPut _put;
    private NmrpServer _nmrp;
    private int _block;
    private TimeSpan _now;

    public PushFuzz(Random random, PacketMaker maker, byte[] content, IncrementalHash digest)
    {
        (_random, _maker, _content, _digest) = (random, maker, content, digest);
        _put = NewPut();
        _nmrp = NewNmrp();
    }

    /// <summary>Packets that came back.</summary>
    public long Answers { get; private set; }

    /// <summary>The packet of the last step.</summary>
    public byte[] Last { get; private set; } = [];

    /// <summary>A packet to the sender of a file, and sometimes some time.</summary>
    public void Put()
    {
        if (_put.State is TftpPutState.Failed or TftpPutState.Sent && _random.Next(4) == 0)
            _put = NewPut();
        bool good = _random.Next(3) > 0;
        Last = good ? _maker.Numbered(4, _block, 0) : _maker.Damage(_maker.Answer(_random.Next(60)));
        IPEndPoint from = _random.Next(8) switch
        {
            0 => s_device,
            1 => new IPEndPoint(s_device.Address, _random.Next(1, 65_536)),
            2 => new IPEndPoint(new IPAddress([10, 0, 0, (byte)_random.Next(256)]), 69),
            _ => s_transfer,
        };
        Pass(_random.Next(20) == 0 ? _random.Next(20_000) : _random.Next(3));
        _put.OnDatagram(Last, from, _now, _putActions);
        Took();
        _put.OnTimer(_now, _putActions);
        Took();
        if (_random.Next(500) == 0)
            _put.Ask(_now, _putActions);
        Took();
    }

    /// <summary>A frame to the caller of Netgear's devices, and sometimes some time.</summary>
    public void Nmrp()
    {
        if (_nmrp.State == NmrpState.Over && _random.Next(4) == 0)
            _nmrp = NewNmrp();
        Last = _maker.Damage(Frame());
        Pass(_random.Next(20) == 0 ? _random.Next(20_000) : _random.Next(3));
        _nmrp.OnFrame(Last, _now, _nmrpActions);
        Heard();
        if (_random.Next(10) == 0)
            _nmrp.OnUploadProgress(_random.Next(2) == 0, _now);
        if (_random.Next(10) == 0)
            _nmrp.OnUploadEnded((NmrpUploadEnd)_random.Next(3), _now, _nmrpActions);
        Heard();
        _nmrp.OnTimer(_now, _nmrpActions);
        Heard();
    }

    /// <summary>A device that does all right gets the whole file, whatever came before.</summary>
    public void SendToGoodDevice()
    {
        _put = NewPut();
        byte[] got = new byte[_content.Length];
        int blocks = _content.Length / 512 + 1;
        for (int block = 0; block <= blocks; block++)
        {
            _put.OnDatagram(_maker.Numbered(4, block, 0), s_transfer, _now, _putActions);
            foreach (TftpPutSend send in _putActions.Sends)
            {
                if (send.To.Equals(s_transfer) && BinaryPrimitives.ReadUInt16BigEndian(send.Packet) == 3)
                    send.Packet.AsSpan(4).CopyTo(got.AsSpan((BinaryPrimitives.ReadUInt16BigEndian(send.Packet.AsSpan(2)) - 1) * 512));
            }
            Took();
        }
        Require(_put.Outcome == TransferOutcome.Complete && got.AsSpan().SequenceEqual(_content), "a good device did not get its file");
    }

    private TftpPut NewPut()
    {
        TftpPut put = new(new TftpPutOptions { Name = "f", BlockSize = _random.Next(4) == 0 ? 1024 : 512 }, _content, s_device);
        put.Ask(_now, _putActions);
        _block = 0;
        _putActions.Clear();
        return put;
    }

    private static NmrpServer NewNmrp() => new(new NmrpServerOptions { OwnMac = s_own, DeviceAddress = s_device.Address });

    private void Pass(int milliseconds) => _now += TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>A device's message: header and perhaps a name, sometimes of another device or to another one.</summary>
    private byte[] Frame()
    {
        NmrpCode code = s_codes[_random.Next(s_codes.Length)];
        PhysicalAddress from = _random.Next(8) == 0 ? new PhysicalAddress([2, 0, 0, 0, 0, (byte)_random.Next(256)]) : s_router;
        byte[] frame = NmrpFrame.Plain(_random.Next(8) == 0 ? s_router : s_own, from, code);
        if (code != NmrpCode.UploadRequest || _random.Next(3) == 0)
            return frame;
        int length = _random.Next(40);
        byte[] named = new byte[NmrpFrame.HeaderSize + NmrpMessage.HeaderSize + NmrpMessage.OptionHeaderSize + length];
        frame.AsSpan(0, NmrpFrame.HeaderSize + NmrpMessage.HeaderSize).CopyTo(named);
        Span<byte> message = named.AsSpan(NmrpFrame.HeaderSize);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], (ushort)message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)NmrpOption.FileName);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], (ushort)(NmrpMessage.OptionHeaderSize + length));
        for (int i = 10; i < message.Length; i++)
            message[i] = (byte)_random.Next(32, _random.Next(10) == 0 ? 256 : 127);
        return named;
    }

    private void Took()
    {
        Require(_putActions.Sends.Count <= MostSends, $"{_putActions.Sends.Count} packets at once");
        foreach (TftpPutSend send in _putActions.Sends)
        {
            Answers++;
            _digest.AppendData(send.Packet);
            Require(send.Packet.Length is >= 4 and <= 4 + 1024, $"a packet of {send.Packet.Length} bytes");
            if (send.Packet[1] == 3)
                _block = BinaryPrimitives.ReadUInt16BigEndian(send.Packet.AsSpan(2));
        }
        foreach (TftpPutReport report in _putActions.Reports)
            Require(report is not TftpPutReport.Ended { Transfer: { } t } || t.Done <= t.Total, "more was sent than there is");
        _putActions.Clear();
    }

    private void Heard()
    {
        Require(_nmrpActions.Sends.Count <= MostSends, $"{_nmrpActions.Sends.Count} frames at once");
        foreach (byte[] frame in _nmrpActions.Sends)
        {
            Answers++;
            _digest.AppendData(frame);
            Require(frame.Length is >= NmrpFrame.HeaderSize + NmrpMessage.HeaderSize and <= LargestFrame, $"a frame of {frame.Length} bytes");
            Require(frame.AsSpan(6, 6).SequenceEqual(s_own.GetAddressBytes()), "a frame from somebody else");
        }
        foreach (NmrpReport report in _nmrpActions.Reports)
            Require(report is not NmrpReport.UploadWanted { Name: string name } || !name.Any(char.IsControl), "a name with control characters");
        _nmrpActions.Clear();
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new FuzzException(what);
    }
}
