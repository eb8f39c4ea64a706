using System.Collections.Immutable;
using Unbrick.Formats;
using Unbrick.Formats.Xiaomi;

namespace Unbrick.Tests.Formats.Xiaomi;

/// <summary>Xiaomi's stock images: written, read, and what their boot loaders refuse.</summary>
public sealed class XiaomiTests
{
    private static readonly XiaomiHdr1 s_first = new();
    private static readonly XiaomiHdr2 s_second = new();

    [Fact]
    public void An_image_put_together_from_its_sections_is_the_image()
    {
        byte[] bytes = Samples.Bytes("xiaomi-hdr1/hdr1-r4cm.bin");
        Finding finding = s_first.Read(Samples.Unclaimed(bytes))!;
        XiaomiSection[] sections =
        [
            .. finding.Parts.Select(part => new XiaomiSection(
                BitConverter.ToUInt32(bytes, part.Offset - 44), BitConverter.ToUInt16(bytes, part.Offset - 36), part.Name,
                bytes.AsMemory(part.Offset, part.Length))),
        ];
        Assert.Equal(bytes, XiaomiHdr1.Write(18, sections));
    }

    [Fact]
    public void Sections_show_where_they_go_and_the_version_stands_in_one()
    {
        Finding finding = s_first.Read(Samples.Unclaimed(Samples.Bytes("xiaomi-hdr1/hdr1-r4a.bin")))!;
        ImmutableSortedDictionary<string, string> sections = (ImmutableSortedDictionary<string, string>)finding["sections"]!;
        Assert.Equal("not flashed", sections["xiaoqiang_version"]);
        Assert.Equal("0x180000+0x105f", sections["firmware.bin"]);
        Assert.Equal("2.28.62", finding[FactName.Version]);
    }

    [Theory]
    [InlineData(false, false, FlawCode.Magic)]
    [InlineData(true, true, FlawCode.Crc)]
    public void What_is_broken_is_named(bool magic, bool data, string code)
    {
        byte[] bytes = Samples.Bytes("xiaomi-hdr1/hdr1-r4a.bin");
        bytes[1] ^= (byte)(magic ? 0 : 1);
        bytes[0x800] ^= (byte)(data ? 1 : 0);
        Assert.Equal([code], s_first.Read(Samples.Unclaimed(bytes))!.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void Without_magic_and_CRC_nothing_is_left_to_know_it_by()
    {
        byte[] bytes = Samples.Bytes("xiaomi-hdr1/hdr1-r4a.bin");
        (bytes[1], bytes[0x800]) = (0, (byte)~bytes[0x800]);
        Assert.Null(s_first.Read(Samples.Unclaimed(bytes)));
        Assert.NotNull(s_first.Read(Samples.Claimed(bytes)));
    }

    [Fact]
    public void A_signature_that_was_cut_off_is_missing()
    {
        byte[] bytes = Samples.Bytes("xiaomi-hdr2/hdr2-rd23-eu.bin")[..^0x80];
        Finding finding = s_second.Read(Samples.Unclaimed(bytes))!;
        Assert.Equal([FlawCode.SignatureMissing, FlawCode.Crc], finding.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void A_section_that_reaches_into_the_signature_is_a_flaw()
    {
        byte[] bytes = XiaomiHdr2.Write("RD23", "EU", [new XiaomiSection(0x180000, 7, "firmware.bin", new byte[100])]);
        Assert.Empty(s_second.Read(Samples.Unclaimed(bytes))!.Flaws);
        bytes[0x50 + 8] = 0xFF;
        byte[] resealed = s_second.Rewrite(Samples.Claimed(bytes))!;
        Assert.Equal([FlawCode.SectionRange], s_second.Read(Samples.Unclaimed(resealed))!.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void The_size_is_looked_at_before_the_device()
    {
        Finding finding = s_first.Read(Samples.Claimed(Samples.Bytes("xiaomi-hdr1/hdr1-r4a.bin")))!;
        Assert.Equal(
            [FlawCode.TooLarge, FlawCode.WrongDevice],
            s_first.Compare(finding, new Expectation { DeviceId = 20, PartitionSize = 4096 }).Select(flaw => flaw.Code));
    }
}
