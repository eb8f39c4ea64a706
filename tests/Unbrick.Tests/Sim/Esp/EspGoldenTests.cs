namespace Unbrick.Tests.Sim.Esp;

/// <summary>
/// The frames that were sent to the real ROMs, sent to the simulated ones: every answer of the transcripts in <c>golden</c>, byte for byte.
/// </summary>
public sealed class EspGoldenTests
{
    private static readonly byte[][] s_blocks = [.. Enumerable.Range(0, 8).Select(i => Enumerable.Repeat((byte)(0x10 + i), 1024).ToArray())];
    private readonly List<(string Name, string Hex)> _seen = [];

    [Fact]
    public void The_ESP8266_answers_as_its_ROM_does()
    {
        using EspWire wire = new("sim:esp/esp8266?flash=4M&strap=low");
        wire.Raw();
        Note("sync", wire.Command(EspWire.Sync, EspWire.SyncData), 60);
        Note("readreg", wire.Command(EspWire.ReadReg, EspWire.Words(0x4000_1000)));
        foreach (byte op in (byte[])[0x14, 0x0b, 0x0d, 0x0f, 0x13, 0x10, 0xd0])
            Note($"unsup {op:x2}", wire.Command(op, new byte[16]));
        Note("readreg", wire.Command(EspWire.ReadReg, EspWire.Words(0x4000_1000)));
        Note("sync", wire.Command(EspWire.Sync, EspWire.SyncData)[..26]);
        Note("readreg", wire.Command(EspWire.ReadReg, EspWire.Words(0x4000_1000)));
        Note("readreg short", wire.Command(EspWire.ReadReg, new byte[2]));
        Note("write_reg", wire.Command(EspWire.WriteReg, EspWire.Words(0x3ffe_8000, 0x1234_5678, uint.MaxValue, 0)));
        Note("readreg", wire.Command(EspWire.ReadReg, EspWire.Words(0x3ffe_8000)));
        Note("write_reg mask ff00", wire.Command(EspWire.WriteReg, EspWire.Words(0x3ffe_8000, 0xaabb_ccdd, 0xff00, 0)));
        Note("readreg", wire.Command(EspWire.ReadReg, EspWire.Words(0x3ffe_8000)));
        byte[] sixtyFour = [.. Enumerable.Repeat((byte)'A', 64)];
        Note("flash_data before begin", wire.BlockAnswer(EspWire.Data, 0, sixtyFour));
        wire.Command(EspWire.Begin, EspWire.Words(0x1000, 8, 0x400, 0x2_0000));
        Note("A0 seq0 ok", wire.BlockAnswer(EspWire.Data, 0, s_blocks[0]));
        Note("A1 seq1 BADSUM", wire.BlockAnswer(EspWire.Data, 1, s_blocks[1], 1));
        Note("A1 seq1 retry", wire.BlockAnswer(EspWire.Data, 1, s_blocks[1]));
        Note("A2 seq2", wire.BlockAnswer(EspWire.Data, 2, s_blocks[2]));
        Note("A4 seq4 (skip 3)", wire.BlockAnswer(EspWire.Data, 4, s_blocks[4]));
        Note("A3 seq3", wire.BlockAnswer(EspWire.Data, 3, s_blocks[3]));
        Note("short A5[:100] seq5", wire.BlockAnswer(EspWire.Data, 5, s_blocks[5][..100]));
        Note("A6 seq6", wire.BlockAnswer(EspWire.Data, 6, s_blocks[6]));
        Note("readreg", wire.Command(EspWire.ReadReg, EspWire.Words(0x4000_1000)));
        wire.Command(EspWire.Begin, EspWire.Words(0x1000, 1, 0x1000, 0x3_0000));
        Note("data 0x1000", wire.BlockAnswer(EspWire.Data, 0, [.. Enumerable.Repeat((byte)'Z', 0x1000)]));
        wire.Command(EspWire.Begin, EspWire.Words(0x4000, 1, 0x4000, 0x4_0000));
        Note("data 0x4000", wire.BlockAnswer(EspWire.Data, 0, [.. Enumerable.Repeat((byte)'Z', 0x4000)]));
        Note("readreg", wire.Command(EspWire.ReadReg, EspWire.Words(0x4000_1000)));
        wire.Command(EspWire.Begin, EspWire.Words(0x400, 2, 0x400, 0x2_0400));
        wire.Command(EspWire.Begin, EspWire.Words(0x1000, 1, 0x400, 0x20_0000));
        Note("mem_begin", wire.Command(0x05, EspWire.Words(1024, 1, 0x1800, 0x4010_0000)));
        Note("mem_data bad", wire.BlockAnswer(0x07, 0, s_blocks[0], 1));
        Note("mem_data ok", wire.BlockAnswer(0x07, 0, s_blocks[0]));
        Note("mem read", wire.Command(EspWire.ReadReg, EspWire.Words(0x4010_0000)));
        Note("mem_end no entry", wire.Command(0x06, EspWire.Words(1, 0)));
        Note("readreg", wire.Command(EspWire.ReadReg, EspWire.Words(0x4000_1000)));
        Assert.Equal(Golden("esp8266-rom-probe.txt"), _seen);
    }

    [Fact]
    public void The_ESP32_answers_as_its_ROM_does()
    {
        using EspWire wire = new("sim:esp/esp32?flash=4M&strap=low");
        wire.Raw();
        Note("sync", wire.Command(EspWire.Sync, EspWire.SyncData)[..14]);
        wire.Command(EspWire.Attach, new byte[8]);
        wire.Command(0x0b, EspWire.Words(0, 4 << 20, 65536, 4096, 256, 0xffff));
        Note("begin 8 blk @0x20000", wire.Command(EspWire.Begin, EspWire.Words(0x2000, 8, 0x400, 0x2_0000)));
        Note("A0 seq0 ok", wire.BlockAnswer(EspWire.Data, 0, s_blocks[0]));
        Note("A1 seq1 BADSUM", wire.BlockAnswer(EspWire.Data, 1, s_blocks[1], 1));
        Note("A1 seq1 retry", wire.BlockAnswer(EspWire.Data, 1, s_blocks[1]));
        Note("A2 seq2", wire.BlockAnswer(EspWire.Data, 2, s_blocks[2]));
        Note("A4 seq4 (skip 3)", wire.BlockAnswer(EspWire.Data, 4, s_blocks[4]));
        Note("A3 seq3", wire.BlockAnswer(EspWire.Data, 3, s_blocks[3]));
        Note("A3 seq3 dup", wire.BlockAnswer(EspWire.Data, 3, s_blocks[3]));
        Note("A4 seq4", wire.BlockAnswer(EspWire.Data, 4, s_blocks[4]));
        Note("short A5[:100] seq5", wire.BlockAnswer(EspWire.Data, 5, s_blocks[5][..100]));
        Note("A6 seq6", wire.BlockAnswer(EspWire.Data, 6, s_blocks[6]));
        NoteFlash(wire, 8);
        Note("begin again 2 blk @0x20400", wire.Command(EspWire.Begin, EspWire.Words(0x800, 2, 0x400, 0x2_0400)));
        Note("A1 seq0", wire.BlockAnswer(EspWire.Data, 0, s_blocks[1]));
        Note("A2 seq1", wire.BlockAnswer(EspWire.Data, 1, s_blocks[2]));
        Note("A3 seq2 (too many)", wire.BlockAnswer(EspWire.Data, 2, s_blocks[3]));
        NoteFlash(wire, 8);
        Note("program over programmed", wire.Command(EspWire.Begin, EspWire.Words(0, 1, 0x400, 0x2_0000)));
        Note("data 0x55 over 0x10", wire.BlockAnswer(EspWire.Data, 0, [.. Enumerable.Repeat((byte)0x55, 1024)]));
        NoteFlash(wire, 2);
        Note("readreg", wire.Command(EspWire.ReadReg, EspWire.Words(0x4000_1000)));
        Note("flash_begin beyond 4MB", wire.Command(EspWire.Begin, EspWire.Words(0x1000, 4, 0x400, 0x40_0000)));
        Note("flash_begin bs 0x4000", wire.Command(EspWire.Begin, EspWire.Words(0x4000, 1, 0x4000, 0x3_0000)));
        Note("data 0x4000", wire.BlockAnswer(EspWire.Data, 0, [.. Enumerable.Repeat((byte)'Z', 0x4000)]));
        Assert.Equal(Golden("esp32-rom-probe.txt").SkipLast(2), _seen);

        Assert.Empty(EspWire.Frames(wire.Command(EspWire.ReadReg, EspWire.Words(0)))); // an exception: no answer, and a new start
        Assert.Empty(EspWire.Frames(wire.Command(EspWire.WriteReg, EspWire.Words(0x3FF4_8074, 0, 0, 0))));
        Assert.Equal(2, wire.Bench.Board.Starts);
    }

    [Fact]
    public void The_ESP8266_erases_as_much_too_much_as_its_ROM_does()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, Folder, "esp8266-rom-erase.txt"));
        Assert.Equal(14, lines.Length);
        foreach (string line in lines)
        {
            string[] words = line.Split(['(', ',', ' '], StringSplitOptions.RemoveEmptyEntries);
            uint from = Convert.ToUInt32(words[1], 16), count = uint.Parse(words[2]);
            int erased = int.Parse(line.Split("erased")[1].Trim().Split(' ')[0]);
            Assert.Equal((from, erased), (from, Erased(from, count)));
            int asks = int.Parse(line.Split("esptool asks")[1].Trim().Split(' ')[0]), gets = int.Parse(line.Split("-> erased")[1].Trim().Split(',')[0]);
            Assert.Equal((from, gets), (from, Erased(from, (uint)asks)));
        }
    }

    private const string Folder = "tests/Unbrick.Tests/Sim/Esp/golden";

    private static int Erased(uint from, uint sectors)
    {
        using EspWire wire = new("sim:esp/esp8266?flash=1M&strap=low");
        wire.Bench.Board.Flash.Content.Span.Clear();
        wire.Raw();
        wire.Command(EspWire.Sync, EspWire.SyncData);
        wire.Command(EspWire.Begin, EspWire.Words(sectors * 4096, 1, 0x400, from), 0, 30_000);
        ReadOnlySpan<byte> flash = wire.Bench.Board.Flash.Content.Span;
        int count = 0;
        for (int at = 0; at < flash.Length; at += 4096)
            count += flash.Slice(at, 4096).ContainsAnyExcept((byte)0xFF) ? 0 : 1;
        return count;
    }

    private void Note(string name, byte[] raw, int? shown = null) =>
        _seen.Add((name, $"{raw.Length} {Convert.ToHexStringLower(raw.AsSpan(0, Math.Min(raw.Length, shown ?? raw.Length)))}"));

    private void NoteFlash(EspWire wire, int count) => _seen.Add(
        ("flash @20000..", string.Join(' ', Enumerable.Range(0, count).Select(i =>
            Convert.ToHexStringLower(wire.Command(EspWire.ReadSlow, EspWire.Words((uint)(0x2_0000 + i * 0x400), 16)).AsSpan(9, 4))))));

    private static List<(string Name, string Hex)> Golden(string file)
    {
        List<(string, string)> golden = [];
        foreach (string line in File.ReadAllLines(Path.Combine(Repository.Root, Folder, file)))
        {
            if (line.StartsWith("flash", StringComparison.Ordinal) && line.Contains('['))
                golden.Add(("flash @20000..", line[line.IndexOf('[')..].Replace("'", "").Replace(",", "").Trim('[', ']')));
            else
                golden.Add((line[..28].Trim(), line[28..].Trim()));
        }
        return golden;
    }
}
