using System.Collections.Immutable;
using Unbrick.Formats;
using Unbrick.Formats.Flash;

namespace Unbrick.Tests.Formats.Flash;

public sealed class CalibrationTests
{
    private const string Factory = "mtk-factory/xiaomi-factory-64k.bin", Art = "ath-art/qca-art-64k.bin";

    private static readonly MediaTekFactory s_factory = new();
    private static readonly AtherosArt s_art = new();

    [Fact]
    public void Both_are_found_in_a_dump()
    {
        byte[] dump = new byte[0x10_0000];
        new Random(3).NextBytes(dump);
        Samples.Bytes(Factory).CopyTo(dump, 0x5_0000);
        Samples.Bytes(Art).CopyTo(dump, 0xF_0000);
        Assert.Equal([(0x5_0000, 0x1_0000)], Found(s_factory, dump));
        Assert.Equal([(0xF_0000, 0x1_0000)], Found(s_art, dump));
    }

    [Fact]
    public void Noise_and_zeros_and_text_are_neither()
    {
        byte[] dump = new byte[16 << 20];
        new Random(4).NextBytes(dump);
        dump.AsSpan(8 << 20, 2 << 20).Clear();
        dump.AsSpan(10 << 20, 2 << 20).Fill((byte)'(');
        // A chip id at every place makes every place a candidate.
        for (int at = 0; at < dump.Length; at += 0x1000)
            (dump[at], dump[at + 1]) = (0x03, 0x76);
        Assert.Empty(Found(s_factory, dump));
        Assert.Empty(Found(s_art, dump));
    }

    [Fact]
    public void An_address_that_stands_twice_is_told()
    {
        byte[] bytes = Samples.Bytes(Factory);
        bytes.AsSpan(0xE000, 6).CopyTo(bytes.AsSpan(0xE006));
        Assert.Equal([FlawCode.Duplicate], Codes(s_factory.Read(Samples.Unclaimed(bytes))!));
        byte[] art = Samples.Bytes(Art);
        art.AsSpan(0, 6).CopyTo(art.AsSpan(6));
        Assert.Contains(FlawCode.Duplicate, Codes(s_art.Read(Samples.Unclaimed(art))!));
    }

    [Fact]
    public void A_port_with_the_address_of_the_radio_is_usual_on_older_boards()
    {
        byte[] bytes = Samples.Bytes(Factory);
        bytes.AsSpan(4, 6).CopyTo(bytes.AsSpan(0x28));
        Finding finding = s_factory.Read(Samples.Unclaimed(bytes))!;
        Assert.Empty(finding.Flaws);
        Assert.Equal("02:aa:bb:cc:dd:01", ((ImmutableSortedDictionary<string, string>)finding[FactName.Macs]!)["0x28"]);
    }

    [Fact]
    public void A_block_whose_first_chip_id_is_gone_is_known_by_its_second_radio()
    {
        byte[] bytes = Samples.Bytes("mtk-factory/xiaomi-factory-64k.no-chip-id.bin");
        Assert.Equal([FlawCode.ChipId], Codes(s_factory.Read(Samples.Unclaimed(bytes))!));
    }

    [Theory]
    [InlineData("02:aa:bb:cc:dd:ee", false)]
    [InlineData("02:aa:bb:cc:dd:f4", false)]
    [InlineData("02:aa:bb:cc:12:ee", true)]
    [InlineData("64:70:02:cc:dd:ee", true)]
    [InlineData("no address", false)]
    public void The_label_tells_whose_block_it_is(string label, bool foreign)
    {
        Expectation expected = new() { LabelMac = label };
        Finding factory = s_factory.Read(Samples.Claimed(Samples.Bytes(Factory)))!, art = s_art.Read(Samples.Claimed(Samples.Bytes(Art)))!;
        string[] codes = foreign ? [FlawCode.MacForeign] : [];
        Assert.Equal(codes, s_factory.Compare(factory, expected).Select(f => f.Code));
        Assert.Equal(codes, s_art.Compare(art, expected).Select(f => f.Code));
    }

    [Fact]
    public void A_changed_ath10k_calibration_has_a_wrong_checksum_until_it_is_written_again()
    {
        byte[] art = Samples.Bytes(Art);
        art[0x5100] ^= 0x40;
        Assert.Equal([FlawCode.CalibrationChecksum], Codes(s_art.Read(Samples.Unclaimed(art))!));
        byte[] mended = s_art.Rewrite(Samples.Claimed(art))!;
        Assert.Empty(s_art.Read(Samples.Unclaimed(mended))!.Flaws);
        Assert.Equal(art[0x5100], mended[0x5100]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(0x1001)]
    [InlineData(0x5007)]
    [InlineData(0x8003)]
    public void A_block_that_ends_anywhere_is_read(int length)
    {
        Assert.NotNull(s_factory.Read(Samples.Claimed(Samples.Bytes(Factory)[..length])));
        Assert.NotNull(s_art.Read(Samples.Claimed(Samples.Bytes(Art)[..length])));
    }

    private static List<(int, int)> Found<T>(T format, byte[] dump)
        where T : IScansItself
    {
        List<int> places = [];
        format.Candidates(dump, places);
        List<(int, int)> found = [];
        foreach (int place in places)
        {
            if (format.Read(new FormatInput(dump, place, dump.Length, new ReadBudget())) is { } finding)
                found.Add((finding.Offset, finding.Length));
        }
        return found;
    }

    private static string[] Codes(Finding finding) => [.. finding.Flaws.Select(f => f.Code)];
}
