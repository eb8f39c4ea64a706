using Unbrick.Net.Frames;

namespace Unbrick.Tests.Net.Frames;

public sealed class PcapWriterTests
{
    [Fact]
    public void A_capture_is_as_pcap_savefile_says_and_ends_where_it_is_full()
    {
        using MemoryStream stream = new();
        PcapWriter pcap = new(stream, most: 24 + 16 + 3 + 10);

        pcap.Add(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(5), [1, 2, 3]);
        pcap.Add(DateTimeOffset.UnixEpoch, [4]);

        Assert.Equal(
            "d4c3b2a1" + "02000400" + "00000000" + "00000000" + "ffff0000" + "01000000"
            + "00df006b" + "05000000" + "03000000" + "03000000" + "010203",
            Convert.ToHexStringLower(stream.ToArray()));
        Assert.Equal(1, pcap.Omitted);
    }
}
