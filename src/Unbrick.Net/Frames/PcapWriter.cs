using System.Buffers.Binary;

namespace Unbrick.Net.Frames;

/// <summary>
/// Writes Ethernet frames as a classic capture file, which Wireshark and tcpdump read (pcap-savefile(5)): a header of 24 bytes with the magic
/// a1b2c3d4 (times in microseconds) and link type 1, then 16 bytes and the frame's beginning for each.
/// </summary>
/// <param name="stream">Where; not closed.</param>
/// <param name="most">Bytes at most; what comes later is left out.</param>
public sealed class PcapWriter(Stream stream, long most)
{
    private const int FileHeader = 24, RecordHeader = 16, MostFrame = 65535;

    private readonly byte[] _header = new byte[FileHeader];
    private long _written;

    /// <summary>Frames left out because the file is full.</summary>
    public long Omitted { get; private set; }

    /// <summary>Adds a frame. Throws what the stream throws.</summary>
    /// <param name="at">When it was heard.</param>
    /// <param name="frame">Its bytes from the destination address on, or the first of them.</param>
    public void Add(DateTimeOffset at, ReadOnlySpan<byte> frame)
    {
        if (frame.Length > MostFrame)
            frame = frame[..MostFrame];
        long length = (_written == 0 ? FileHeader : 0) + RecordHeader + frame.Length;
        if (_written + length > most)
        {
            Omitted++;
            return;
        }
        if (_written == 0)
            WriteFileHeader();
        Span<byte> record = _header.AsSpan(0, RecordHeader);
        long microseconds = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(microseconds / 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(microseconds % 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], (uint)frame.Length);
        stream.Write(record);
        stream.Write(frame);
        _written += length;
    }

    private void WriteFileHeader()
    {
        _header.AsSpan().Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(_header, 0xa1b2c3d4);
        BinaryPrimitives.WriteUInt16LittleEndian(_header.AsSpan(4), 2); // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(_header.AsSpan(6), 4);
        BinaryPrimitives.WriteInt32LittleEndian(_header.AsSpan(16), MostFrame);
        BinaryPrimitives.WriteInt32LittleEndian(_header.AsSpan(20), 1); // Ethernet
        stream.Write(_header);
    }
}
