using Unbrick.Net.Frames;

namespace Unbrick.Recovery.Evidence;

/// <summary>
/// Keeps what the raw capture hears as <c>wire.pcap</c> in the record of the run: the signs of life, requests, and the packets of a transfer while
/// it stood still; not the image itself.
/// </summary>
/// <param name="open">Makes the file, when there is something to write; null when it cannot be made.</param>
/// <param name="time">Stamps the frames.</param>
public sealed class WireCapture(Func<Stream?> open, TimeProvider time)
{
    /// <summary>A flood on the cable must not fill the disk.</summary>
    private const long MostBytes = 8 << 20;

    private PcapWriter? _writer;
    private bool _failed;

    /// <summary>Adds a frame from its destination address on; a disk that is full ends the capture and nothing else.</summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        if (_failed)
            return;
        try
        {
            if (_writer is null)
            {
                if (open() is not Stream stream)
                {
                    _failed = true;
                    return;
                }
                _writer = new PcapWriter(stream, MostBytes);
            }
            _writer.Add(time.GetUtcNow(), frame);
        }
        catch (IOException)
        {
            _failed = true;
        }
    }
}
