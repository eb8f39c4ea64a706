using System.Buffers.Binary;
using Unbrick.Sim;
using Unbrick.Sim.Esp;

namespace Unbrick.Tests.Sim.Esp;

/// <summary>Raw frames to a simulated board and what comes back; knows nothing of the client in the product.</summary>
internal sealed class EspWire : IDisposable
{
    public const byte Begin = 0x02, Data = 0x03, End = 0x04, Sync = 0x08, WriteReg = 0x09, ReadReg = 0x0A, Attach = 0x0D, ReadSlow = 0x0E, Md5 = 0x13;

    public EspWire(string address)
    {
        Bench = EspSims.OpenBench(address, Time);
        Port = Bench.Connect();
    }

    public VirtualTime Time { get; } = new(DateTimeOffset.UnixEpoch);

    public EspBench Bench { get; }

    public SimEspPort Port { get; }

    public static byte[] SyncData { get; } = [0x07, 0x07, 0x12, 0x20, .. Enumerable.Repeat((byte)0x55, 32)];

    /// <summary>All that comes until the line is quiet.</summary>
    public byte[] Raw(int milliseconds = 300)
    {
        List<byte> all = [];
        byte[] buffer = new byte[4096];
        while (Port.Read(buffer, TimeSpan.FromMilliseconds(milliseconds), out int count) == Unbrick.Hardware.Serial.SerialRead.Data)
            all.AddRange(buffer.AsSpan(0, count));
        return [.. all];
    }

    public string Text(int milliseconds = 300) => System.Text.Encoding.Latin1.GetString(Raw(milliseconds));

    /// <summary>Sends a request and returns all that answers, as it came.</summary>
    public byte[] Command(byte op, byte[]? data = null, uint checksum = 0, int wait = 400)
    {
        data ??= [];
        byte[] frame = new byte[8 + data.Length];
        frame[1] = op;
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(2), (ushort)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), checksum);
        data.CopyTo(frame, 8);
        Port.Write(Slip(frame));
        return Raw(wait);
    }

    public string Hex(byte op, byte[]? data = null, uint checksum = 0) => Convert.ToHexStringLower(Command(op, data, checksum));

    public string Block(uint number, byte[] body, uint? checksum = null) => Convert.ToHexStringLower(BlockAnswer(Data, number, body, checksum));

    public byte[] BlockAnswer(byte op, uint number, byte[] body, uint? checksum = null) =>
        Command(op, [.. Words((uint)body.Length, number, 0, 0), .. body], checksum ?? Checksum(body), 3000);

    public static byte[] Words(params uint[] words)
    {
        byte[] bytes = new byte[4 * words.Length];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        return bytes;
    }

    public static uint Checksum(byte[] body) => body.Aggregate((byte)0xEF, (sum, value) => (byte)(sum ^ value));

    public static byte[] Slip(byte[] frame) =>
        [0xC0, .. frame.SelectMany(b => b switch { 0xC0 => new byte[] { 0xDB, 0xDC }, 0xDB => [0xDB, 0xDD], _ => [b] }), 0xC0];

    /// <summary>The frames in what came, without their escapes.</summary>
    public static byte[][] Frames(byte[] raw)
    {
        List<byte[]> frames = [];
        List<byte>? frame = null;
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] == 0xC0)
            {
                if (frame is { Count: > 0 })
                {
                    frames.Add([.. frame]);
                    frame = null;
                }
                else
                {
                    frame = [];
                }
            }
            else if (raw[i] == 0xDB && i + 1 < raw.Length)
            {
                frame?.Add(raw[++i] == 0xDC ? (byte)0xC0 : (byte)0xDB);
            }
            else
            {
                frame?.Add(raw[i]);
            }
        }
        return [.. frames];
    }

    public void Dispose() => Bench.Dispose();
}
