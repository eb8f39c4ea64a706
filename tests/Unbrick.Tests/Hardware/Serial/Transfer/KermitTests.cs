using System.Text;
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

    /// <summary>The packets of C-Kermit 9.0.302 and the answers of U-Boot 2023.01 in QEMU.</summary>
    [Fact]
    public void C_Kermit_s_offers_are_answered_as_U_Boot_answers_them()
    {
        KermitReceiver receiver = new();
        Assert.Equal("\u00010 Y~! @-#N1N\" ~~#\r", Answer(receiver, "\u00019 S~/ @-#Y3~^>J)0___F\"U1@?\r"));
        Assert.Equal("\u0001#!Y?\r", Answer(receiver, "\u0001,!FIMAGE.BIN \r"));
        Assert.Equal("\u0001#\"Y@\r", Answer(receiver, "\u0001'\"Da#Ib^\r"));
        Assert.Equal("\u0001##YA\r", Answer(receiver, "\u0001##ZB\r"));
        Assert.Equal("\u0001#$YB\r", Answer(receiver, "\u0001#$B+\r"));
        Assert.Equal((TransferState.Done, "IMAGE.BIN"), (receiver.State, receiver.Name));
        Assert.Equal("a\tb"u8.ToArray(), receiver.File.ToArray());
    }

    [Fact]
    public void A_bare_control_character_in_a_packet_is_refused_and_the_peer_s_giving_up_is_not_understood()
    {
        KermitReceiver receiver = new();
        Answer(receiver, "\u00019 S~/ @-#Y3~^>J)0___F\"U1@?\r");
        Answer(receiver, "\u0001,!FIMAGE.BIN \r");
        Assert.Equal("\u0001#\"N5\r", Answer(receiver, "\u0001&\"Da\tb9\r"));
        Assert.Equal("\u0001#\"N5\r", Answer(receiver, "\u0001&\"Da\tb9\r"));
        Assert.Equal("\u0001##YA\r", Answer(receiver, "\u0001+#EToo many<\r"));
        Assert.Equal(TransferState.Running, receiver.State);
        Assert.Equal("", Answer(receiver, "\u0003"));
        Assert.Equal((TransferState.Failed, TransferFault.CancelledByPeer), (receiver.State, receiver.Fault));
    }

    [Fact]
    public void A_packet_is_whole_with_its_end_and_a_mark_inside_begins_none()
    {
        KermitReceiver receiver = new();
        Assert.Equal("", Answer(receiver, "\u0001$!FXF"));
        Assert.Equal("\u0001#!Y?\r", Answer(receiver, "\r"));
        Assert.Equal("\u0001#\"N5\r", Answer(receiver, "\u0001'\"Da#Ib^\n"));
        Assert.Equal("\u0001#\"N5\r", Answer(receiver, "\u0001'\"Da#\u0001'\"Da#Ib^\r"));
        Assert.Equal("\u0001#\"Y@\r", Answer(receiver, "\u0001'\"Da#Ib^\r"));
    }

    [Fact]
    public void The_sender_s_padding_end_and_prefix_are_kept_to()
    {
        KermitReceiver receiver = new();
        Assert.Equal("\u007F\u007F\u0001) Y~! @-#T\n", Answer(receiver, Encoding.Latin1.GetString(KermitPacket(0, 'S', "~/\"?*&"))));
        Assert.Equal("\u007F\u007F\u0001#!Y?\n", Answer(receiver, "\u0001$!FXF\r"));
        Answer(receiver, Encoding.Latin1.GetString(KermitPacket(2, 'D', "#&I&&")));
        Assert.Equal("#\t&"u8.ToArray(), receiver.File.ToArray());
    }

    private static string Answer(KermitReceiver receiver, string packet)
    {
        receiver.Take(Encoding.Latin1.GetBytes(packet), default);
        return Encoding.Latin1.GetString(receiver.Next(default, out _).Span);
    }

    private static byte[] KermitPacket(int number, char type, string data)
    {
        byte[] packet = [1, (byte)(data.Length + 3 + 32), (byte)(number + 32), (byte)type, .. Encoding.ASCII.GetBytes(data)];
        int sum = packet.Skip(1).Sum(b => b);
        return [.. packet, (byte)((sum + (sum >> 6 & 3) & 63) + 32), 13];
    }
}
