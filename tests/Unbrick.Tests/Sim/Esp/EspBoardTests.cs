using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Sim;
using Unbrick.Sim.Esp;
using Unbrick.Sim.Esp.Faults;

namespace Unbrick.Tests.Sim.Esp;

/// <summary>What a board does by itself: resets, straps, boot text at its rate, programs that run or do not, faults.</summary>
public sealed class EspBoardTests
{
    [Fact]
    public void Boot_text_comes_at_74880_and_is_garbled_at_other_rates()
    {
        using EspWire right = new("sim:esp/esp8266?strap=high"), wrong = new("sim:esp/esp8266?strap=high"), forty = new("sim:esp/esp8266?strap=high&crystal=40");
        right.Port.TrySetBaud(74_880);
        Assert.Equal("\r\n ets Jan  8 2013,rst cause:1, boot mode:(3,6)\r\n\r\nets_main.c \r\n", right.Text());
        string garbled = wrong.Text();
        Assert.DoesNotContain("ets", garbled, StringComparison.Ordinal);
        Assert.InRange(garbled.Length, 20, 100);
        Assert.InRange(wrong.Port.Errors!.Framing, 1, 100);
        Assert.StartsWith("\r\n ets Jan  8 2013", forty.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_at_half_the_rate_is_sampled_bit_by_bit()
    {
        // 55 at twice the receiver's bit time: the receiver sees its start bit, 0, 11, 00, 11, 0 and a low stop bit
        UartLane lane = new();
        lane.Send(0x55, 0, 57_600);
        UartLane.Heard heard = lane.Peek(115_200)!.Value;
        Assert.Equal((0x66, true), (heard.Value, heard.Framing));

        UartLane near = new();
        near.Send(0x55, 0, 115_200);
        near.Send(0xAA, 0, 115_200);
        List<byte> all = [];
        while (near.Peek(116_500) is { } next) // one percent is nothing
        {
            near.Take(next);
            all.Add(next.Value);
        }
        Assert.Equal([0x55, 0xAA], all);
    }

    [Fact]
    public void The_reset_dance_enters_the_loader_and_another_leaves_it()
    {
        using EspWire wire = new("sim:esp/esp8266?seed=4");
        Dance(wire);
        Assert.True(wire.Bench.Board.IsInLoader);
        Assert.Equal(8, EspWire.Frames(wire.Command(EspWire.Sync, EspWire.SyncData)).Length);
        wire.Port.SetLines(false, true);
        wire.Raw(100);
        wire.Port.SetLines(false, false);
        wire.Port.TrySetBaud(74_880);
        Assert.Contains("rst cause:2, boot mode:(3,6)", wire.Text(), StringComparison.Ordinal);
        Assert.Equal(3, wire.Bench.Board.Starts);
    }

    [Fact]
    public void Lines_that_change_one_after_the_other_need_a_slow_reset_pin()
    {
        using EspWire fast = new("sim:esp/esp8266?rc=1ms"), slow = new("sim:esp/esp8266?rc=80ms");
        foreach (EspWire wire in (EspWire[])[fast, slow])
        {
            wire.Port.SetLines(false, true);
            wire.Raw(100);
            wire.Port.SetLines(true, true); // a network lies between the two
            wire.Raw(20);
            wire.Port.SetLines(true, false);
            wire.Raw(150);
        }
        Assert.False(fast.Bench.Board.IsInLoader);
        Assert.True(slow.Bench.Board.IsInLoader);
    }

    [Fact]
    public void The_loader_takes_the_rate_of_the_first_sync_and_keeps_it()
    {
        using EspWire wire = new("sim:esp/esp8266?strap=low");
        wire.Raw();
        wire.Port.TrySetBaud(460_800);
        Assert.Equal(8, EspWire.Frames(wire.Command(EspWire.Sync, EspWire.SyncData)).Length);
        byte[] divider = EspWire.Frames(wire.Command(EspWire.ReadReg, EspWire.Words(0x6000_0014)))[0];
        Assert.Equal(52_000_000 / 460_800, BitConverter.ToInt32(divider, 4));
        wire.Port.TrySetBaud(115_200);
        Assert.Empty(EspWire.Frames(wire.Command(EspWire.Sync, EspWire.SyncData)));
    }

    [Theory]
    [InlineData("esp8285?flash=1M", 0xef, 0)]
    [InlineData("esp32?flash=8M&jedec=c84017", 0xc8, 1)]
    public void The_flash_answers_through_the_registers(string chip, byte maker, int layout)
    {
        using EspWire wire = new($"sim:esp/{chip}&strap=low");
        wire.Raw();
        wire.Command(EspWire.Sync, EspWire.SyncData);
        uint at = layout == 0 ? 0x6000_0200u : 0x3FF4_2000u, data = layout == 0 ? 0x40u : 0x80u;
        if (layout == 0)
            wire.Command(EspWire.Begin, EspWire.Words(0, 0, 0x400, 0));
        else
            wire.Command(EspWire.Attach, new byte[8]);
        void Set(uint register, uint value) => wire.Command(EspWire.WriteReg, EspWire.Words(at + register, value, uint.MaxValue, 0), 0, 20);
        Set(0x1C, 1u << 31 | 1u << 28);
        Set(layout == 0 ? 0x20u : 0x2Cu, layout == 0 ? 23u << 8 : 23u);
        Set(0x24, 7u << 28 | 0x9F);
        Set(0, 1u << 18);
        byte[] answer = EspWire.Frames(wire.Command(EspWire.ReadReg, EspWire.Words(at + data)))[0];
        byte[] expected = layout == 0 ? [0x85, 0x60, 0x14] : [maker, 0x40, 0x17];
        Assert.Equal(expected, answer[4..7]);
    }

    [Fact]
    public void Deflated_blocks_arrive_and_the_hash_tells_so()
    {
        byte[] content = new byte[0x6000];
        new Random(3).NextBytes(content.AsSpan(0, 0x2345));
        using MemoryStream packed = new();
        using (ZLibStream stream = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(content);
        byte[][] blocks = [.. packed.ToArray().Chunk(0x400)];
        using EspWire wire = new("sim:esp/esp32?strap=low");
        wire.Raw();
        wire.Command(EspWire.Sync, EspWire.SyncData);
        wire.Command(EspWire.Attach, new byte[8]);
        Assert.Equal(0, Status(wire.Command(0x10, EspWire.Words((uint)content.Length, (uint)blocks.Length, 0x400, 0x1_0000), 0, 2000)));
        for (int i = 0; i < blocks.Length; i++)
            Assert.Equal(0, Status(wire.BlockAnswer(0x11, (uint)i, blocks[i])));
        Assert.Equal(content, wire.Bench.Board.Flash.Content.Slice(0x1_0000, content.Length).ToArray());
        byte[] hash = EspWire.Frames(wire.Command(EspWire.Md5, EspWire.Words(0x1_0000, (uint)content.Length, 0, 0), 0, 1000))[0];
        Assert.Equal(Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, content)), Encoding.ASCII.GetString(hash, 8, 32));
    }

    [Fact]
    public void Leftovers_make_a_fresh_image_loop_until_they_are_erased()
    {
        using EspWire wire = new("fault:leftovers,seed=5:sim:esp/esp8285?strap=high");
        EspImages.Arduino("Tasmota", mode: 3).CopyTo(wire.Bench.Board.Flash.Content);
        string loop = Boot(wire);
        Assert.Contains("system param error", loop, StringComparison.Ordinal);
        Assert.Contains("rst cause:4", loop, StringComparison.Ordinal);
        Assert.Contains("wdt reset", loop, StringComparison.Ordinal);
        wire.Bench.Board.Flash.Content.Span[^0x4000..].Fill(0xFF);
        string runs = Boot(wire);
        Assert.DoesNotContain("rst cause:4", runs, StringComparison.Ordinal);
        wire.Port.TrySetBaud(115_200);
        wire.Bench.PowerCycle();
        Assert.Contains("Project tasmota", wire.Text(3000), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_mode_byte_ends_in_a_checksum_error()
    {
        using EspWire wire = new("sim:esp/esp8285?strap=high");
        EspImages.Arduino("Tasmota", mode: 0).CopyTo(wire.Bench.Board.Flash.Content);
        Assert.Contains("csum err", Boot(wire), StringComparison.Ordinal);
    }

    [Fact]
    public void A_person_lets_go_of_GPIO0_when_the_flash_is_written()
    {
        using EspWire wire = new("sim:esp/esp8285?strap=hand");
        wire.Raw();
        wire.Command(EspWire.Sync, EspWire.SyncData);
        Assert.True(wire.Bench.Board.IsInLoader);
        wire.Raw(10_000);
        Assert.True(wire.Bench.Board.IsInLoader); // nothing was written
        wire.Command(EspWire.Begin, EspWire.Words(0x1000, 1, 0x400, 0));
        wire.Raw(10_000);
        Assert.False(wire.Bench.Board.IsInLoader);
        Assert.Equal(2, wire.Bench.Board.Starts);
    }

    [Fact]
    public void A_cut_in_an_erase_leaves_it_half_done_and_the_port_is_gone_when_unplugged()
    {
        using EspWire wire = new("fault:power-cut=400ms,seed=2:sim:esp/esp8266?flash=1M&strap=low");
        wire.Bench.Board.Flash.Content.Span.Clear();
        wire.Raw(100);
        wire.Command(EspWire.Sync, EspWire.SyncData, 0, 100);
        wire.Command(EspWire.Begin, EspWire.Words(0x8_0000, 1, 0x400, 0), 0, 30_000);
        ReadOnlySpan<byte> flash = wire.Bench.Board.Flash.Content.Span;
        Assert.Equal(0xFF, flash[0]);
        Assert.Equal(0, flash[0x7_F000]);
        Assert.Empty(wire.Raw(5000));

        using EspWire pulled = new("fault:unplug=10:sim:esp/esp8266?strap=low");
        pulled.Raw();
        pulled.Command(EspWire.Sync, EspWire.SyncData);
        Assert.Equal(SerialRead.Gone, pulled.Port.Read(new byte[1], TimeSpan.FromSeconds(1), out _));
        SimEspPort again = pulled.Bench.Connect();
        Assert.Equal(SerialRead.Data, again.Read(new byte[1], TimeSpan.FromSeconds(1), out _));
    }

    [Theory]
    [InlineData("never", "boot mode:(3,6)")]
    [InlineData("mute", "")]
    public void Faults_that_keep_the_loader_from_answering(string fault, string heard)
    {
        using EspWire wire = new($"fault:{fault}:sim:esp/esp8266?strap=low");
        wire.Port.TrySetBaud(74_880);
        string text = wire.Text();
        Assert.True(heard.Length == 0 ? text.Length == 0 : text.Contains(heard, StringComparison.Ordinal), text);
        Assert.Empty(EspWire.Frames(wire.Command(EspWire.Sync, EspWire.SyncData)));
    }

    [Theory]
    [InlineData("sim:esp/esp9999", "esp8266")]
    [InlineData("sim:esp/esp8266?flash=3M", "1M")]
    [InlineData("sim:esp/esp8266?strap=up", "circuit")]
    [InlineData("fault:flop=1%:sim:esp/esp8266", "flip")]
    [InlineData("fault:wp=1:sim:esp/esp8266", "only wp")]
    [InlineData("sim:esp/esp8266?colour=red", "crystal")]
    public void Addresses_that_mean_nothing_are_refused_with_what_does(string address, string named)
    {
        UnbrickException thrown = Assert.Throws<UnbrickException>(() => EspSims.Open(address, new VirtualTime(DateTimeOffset.UnixEpoch)));
        Assert.Contains(named, thrown.Problem.Means, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_stands_on_the_help_page_and_can_be_asked_for()
    {
        string page = Repository.Read("data/help/faults.md");
        foreach (EspFaultKind kind in EspFaultList.All)
        {
            Assert.Contains(kind.Name, page, StringComparison.Ordinal);
            EspFaultList.Parse($"{kind.Example},seed=3");
        }
    }

    [Fact]
    public void Any_bytes_are_fine()
    {
        Random random = new(11);
        foreach (string chip in EspSims.Names)
        {
            using EspWire wire = new($"sim:esp/{chip}?strap=low&flash=1M");
            wire.Raw(100);
            wire.Command(EspWire.Sync, EspWire.SyncData, 0, 50);
            for (int i = 0; i < 400; i++)
            {
                byte[] data = new byte[random.Next(60)];
                random.NextBytes(data);
                if (random.Next(3) == 0)
                    data.AsSpan().Clear();
                wire.Command((byte)random.Next(0x16), data, (uint)random.Next(256), 5);
                if (!wire.Bench.Board.IsInLoader)
                {
                    wire.Bench.PowerCycle();
                    wire.Raw(100);
                    wire.Command(EspWire.Sync, EspWire.SyncData, 0, 50);
                }
            }
        }
    }

    private static byte Status(byte[] raw) => EspWire.Frames(raw)[^1] is var frame ? frame[^4] : (byte)0xFF;

    private static string Boot(EspWire wire)
    {
        wire.Port.TrySetBaud(74_880);
        wire.Bench.PowerCycle();
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        TimeSpan end = wire.Time.Elapsed + TimeSpan.FromSeconds(4);
        while (wire.Time.Elapsed < end)
        {
            if (wire.Port.Read(buffer, TimeSpan.FromMilliseconds(500), out int count) == SerialRead.Data)
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return text.ToString();
    }

    private static void Dance(EspWire wire)
    {
        wire.Port.SetLines(false, true);
        wire.Raw(100);
        wire.Port.SetLines(true, false);
        wire.Raw(50);
        wire.Port.SetLines(false, false);
    }
}
