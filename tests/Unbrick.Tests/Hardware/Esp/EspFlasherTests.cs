using Unbrick.Hardware.Esp;
using Unbrick.Sim;
using Unbrick.Sim.Esp;
using EspRom = Unbrick.Hardware.Esp.EspRom;

namespace Unbrick.Tests.Hardware.Esp;

public sealed class EspFlasherTests
{
    [Theory]
    [InlineData("esp8266", "esp8266", 4 << 20)]
    [InlineData("esp8285", "esp8266", 1 << 20)]
    [InlineData("esp32", "esp32", 4 << 20)]
    public void A_chip_says_what_it_is(string board, string chip, long size)
    {
        using Contact contact = new($"sim:esp/{board}");

        Assert.Equal((chip, size), (contact.Identity.Chip.Id, contact.Identity.FlashSize));
        Assert.Equal(board == "esp8285", contact.Identity.Name == "ESP8285");
        Assert.Matches("^([0-9a-f]{2}:){5}[0-9a-f]{2}$", contact.Identity.Mac);
    }

    [Theory]
    [InlineData("esp8266")]
    [InlineData("esp32")]
    public void Sectors_are_erased_and_none_beside_them(string board)
    {
        using Contact contact = new($"sim:esp/{board}?flash=256K");
        Random random = new(5);
        byte[] model = contact.Fill(random);
        EspEraser eraser = new(contact.Rom, contact.Identity);
        for (int i = 0; i < 60; i++)
        {
            int first = random.Next(64), count = random.Next(1, 65 - first);
            eraser.Range(first * 4096, count * 4096, null, CancellationToken.None);
            model.AsSpan(first * 4096, count * 4096).Fill(0xFF);
            Assert.True(contact.Content.SequenceEqual(model), $"{count} sectors from {first}");
            model = contact.Fill(random);
        }
    }

    [Theory]
    [InlineData("esp8266")]
    [InlineData("esp32")]
    public void Whatever_the_line_loses_flash_holds_what_it_is_to_hold(string board)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            using Contact contact = new($"fault:drop=10ppm,flip=100ppm,seed={seed}:sim:esp/{board}?flash=256K");
            byte[] target = new byte[0x1_0000];
            new Random(seed).NextBytes(target);
            EspFlasher flasher = new(contact.Rom, contact.Identity, seed, (_, _, _) => { });

            flasher.EraseAll(CancellationToken.None);
            if (board == "esp32")
                flasher.WriteDiffering(0, target, CancellationToken.None);
            else
                flasher.WriteErased(0, target, null, CancellationToken.None);
            List<int> wrong = flasher.ProveAndMend(0, target, EspProof.Auto, CancellationToken.None);

            Assert.Empty(wrong);
            Assert.True(contact.Content[..target.Length].SequenceEqual(target), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("esp8266")]
    [InlineData("esp32")]
    public void A_backup_is_what_flash_holds(string board)
    {
        using Contact contact = new($"sim:esp/{board}?flash=256K");
        byte[] model = contact.Fill(new Random(9));
        byte[] read = new byte[0x8000];

        new EspReader(contact.Rom, contact.Identity).ReadProven(0x4000, read, null, CancellationToken.None);

        Assert.True(model.AsSpan(0x4000, 0x8000).SequenceEqual(read));
    }

    [Theory]
    [InlineData(0x500, 0x100, 0x1000)]
    [InlineData(0x1F00, 0x100, 0x1000)]
    [InlineData(0, 1, 0x10_0000)]
    [InlineData(0x2_FFFF, 1, 0x10_0000)]
    public void Samples_find_what_is_lost_at_the_same_place_of_each_block_and_at_both_ends(int at, int length, int every)
    {
        using Contact contact = new("sim:esp/esp8266?flash=256K");
        byte[] expected = contact.Fill(new Random(3))[..0x3_0000];
        for (int place = at; place < expected.Length; place += every)
        {
            foreach (ref byte b in expected.AsSpan(place, length))
                b ^= 0x10;
        }
        for (int seed = 0; seed < 8; seed++)
        {
            EspVerifier verifier = new(contact.Rom, contact.Identity, seed);
            Assert.NotEmpty(verifier.Wrong(0, expected, EspProof.Sample, null, CancellationToken.None));
            Assert.Equal("sampled", verifier.Way);
            Assert.True(verifier.BytesRead < 0x4000);
        }
    }

    [Fact]
    public void What_was_not_read_is_not_said_to_be_read()
    {
        using Contact contact = new("sim:esp/esp8266?flash=256K");
        byte[] expected = contact.Fill(new Random(3));
        EspVerifier verifier = new(contact.Rom, contact.Identity, 1);

        Assert.Empty(verifier.Wrong(0, expected.AsMemory(0, 0x8000), EspProof.Auto, null, CancellationToken.None));
        Assert.Equal("readback", verifier.Way);
        Assert.Empty(verifier.Wrong(0, expected, EspProof.Auto, null, CancellationToken.None));
        Assert.Equal("sampled", verifier.Way);
        Assert.True(contact.Rom.Link.Port.TrySetBaud(921_600));
        Assert.InRange(verifier.Time(expected.Length), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60));
    }

    /// <summary>A simulated board whose loader answers.</summary>
    private sealed class Contact : IDisposable
    {
        private readonly EspBench _bench;
        private readonly SimEspPort _port;

        public Contact(string address)
        {
            VirtualTime time = new(DateTimeOffset.UnixEpoch);
            _bench = EspSims.OpenBench(address, time);
            _port = _bench.Connect(ends: true);
            Rom = new EspRom(new EspLink(_port, time));
            EspConnect connect = new(Rom, _ => { });
            Rom.Reset = connect.ResetIntoLoader;
            Assert.Equal(EspConnectState.DownloadMode, connect.Run(TimeSpan.FromSeconds(8), CancellationToken.None));
            Identity = new EspIdentify(Rom).Read();
        }

        public EspRom Rom { get; }

        public EspIdentity Identity { get; }

        public ReadOnlySpan<byte> Content => _bench.Board.Flash.Content.Span;

        public byte[] Fill(Random random)
        {
            byte[] bytes = new byte[Content.Length];
            random.NextBytes(bytes);
            bytes.CopyTo(_bench.Board.Flash.Content);
            return bytes;
        }

        public void Dispose() => _port.Dispose();
    }
}
