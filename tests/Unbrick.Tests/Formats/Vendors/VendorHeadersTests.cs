using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Unbrick.Formats;
using Unbrick.Formats.Vendors;

namespace Unbrick.Tests.Formats.Vendors;

/// <summary>Kinds of the vendors' headers of which no sample exists, made here, and what is compared with a unit.</summary>
public sealed class VendorHeadersTests
{
    private static readonly byte[] s_payload = Payload(3000);

    [Fact]
    public void A_sercomm_file_sums_to_zero_and_names_its_hardware()
    {
        byte[] file = new byte[512 + s_payload.Length];
        "sErCoMm"u8.CopyTo(file);
        file[8] = 1;
        "42,0x0042"u8.CopyTo(file.AsSpan(0xB));
        "1"u8.CopyTo(file.AsSpan(0x2D));
        "sErCoMm"u8.CopyTo(file.AsSpan(0x3F));
        s_payload.CopyTo(file, 512);
        file[0x1FF] = (byte)-file.Sum(b => b);
        Sercomm format = new();
        Finding finding = format.Read(Samples.Unclaimed(file))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal("42,0x0042", finding[FactName.Board]);
        Assert.Equal(file, format.Rewrite(Samples.Claimed(file)));
        file[600] ^= 1;
        Assert.Equal(FlawCode.Checksum, Assert.Single(format.Read(Samples.Unclaimed(file))!.Flaws).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Wrgg03_has_numbers_in_either_order_and_a_little_endian_magic(bool big)
    {
        byte[] file = new byte[0xA0 + s_payload.Length];
        "wrgac02_dlob.hans_dir645"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(0x20), 0x20080321);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(0x24), 0x20080321);
        "1.05"u8.CopyTo(file.AsSpan(0x28));
        "DIR-645"u8.CopyTo(file.AsSpan(0x38));
        uint length = (uint)s_payload.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(0x68), big ? BinaryPrimitives.ReverseEndianness(length) : length);
        "/dev/mtdblock/2"u8.CopyTo(file.AsSpan(0x70));
        s_payload.CopyTo(file, 0xA0);
        using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(file.AsSpan(0x6C, 0x24));
        md5.AppendData(s_payload);
        md5.GetHashAndReset().CopyTo(file, 0x90);

        DlinkWrg format = new();
        Finding finding = format.Read(Samples.Unclaimed(file))!;
        Assert.Equal((Verdict.Ok, "wrgg03", file.Length), (finding.Verdict, finding.Variant, finding.Length));
        Assert.Equal("DIR-645", finding[FactName.Model]);
        Assert.Equal(file, format.Rewrite(Samples.Claimed(file)));
        Assert.Equal(FlawCode.WrongSignature, Assert.Single(format.Compare(finding, new Expectation { Signature = "wrgn39_dlob.hans_dir645" })).Code);
        file[^1] ^= 1;
        Assert.Equal(FlawCode.Md5, Assert.Single(format.Read(Samples.Unclaimed(file))!.Flaws).Code);
    }

    [Fact]
    public void A_destroyed_wrg_magic_is_seen_by_the_md5()
    {
        byte[] file = Samples.Bytes("dlink-wrg/wrg-dir601.bin");
        file.AsSpan(0x20, 8).Clear();
        Finding finding = new DlinkWrg().Read(Samples.Unclaimed(file))!;
        Assert.Equal([FlawCode.Magic], finding.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void The_tag_of_two_files_has_both_as_parts()
    {
        byte[] file = Tag(0x9C, s_payload.Length * 2);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x90), s_payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x94), s_payload.Length);
        file = new BuffaloTag().Rewrite(Samples.Claimed(file))!;
        Finding finding = new BuffaloTag().Read(Samples.Unclaimed(file))!;
        Assert.Equal((Verdict.Ok, "two-files"), (finding.Verdict, finding.Variant));
        int length = s_payload.Length;
        Assert.Equal([(0x9C, length), (0x9C + length, length)], finding.Parts.Select(part => (part.Offset, part.Length)));
        Assert.All(finding.Parts, part => Assert.True(part.Proven));
    }

    [Fact]
    public void The_tag_of_a_dhp_model_counts_a_longer_header_and_cannot_be_checked()
    {
        byte[] file = Tag(0x98, s_payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x88), s_payload.Length + 200);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x8C), 0);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x90), s_payload.Length);
        Finding finding = new BuffaloTag().Read(Samples.Unclaimed(file))!;
        Assert.Equal((Verdict.Unchecked, "dhp", file.Length), (finding.Verdict, finding.Variant, finding.Length));
        Assert.Equal(file, new BuffaloTag().Rewrite(Samples.Claimed(file)));
    }

    [Fact]
    public void The_regions_of_a_tag_are_those_of_its_mask()
    {
        byte[] file = Tag(0x98, s_payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x88), s_payload.Length + 200);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x8C), 0);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x90), s_payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x52), 0b110);
        BuffaloTag format = new();
        Finding finding = format.Read(Samples.Unclaimed(file))!;
        Assert.Equal(["US", "EU"], Assert.IsType<ImmutableArray<string>>(finding["regions"]));
        Assert.Empty(format.Compare(finding, new Expectation { Region = "EU" }));
        Assert.Equal(FlawCode.WrongRegion, Assert.Single(format.Compare(finding, new Expectation { Region = "JP" })).Code);
    }

    [Fact]
    public void The_plain_image_comes_out_of_the_enciphered_one()
    {
        byte[] file = Samples.Bytes("buffalo-enc/enc-wzr-hp-g300nh.bin");
        byte[]? plain = BuffaloEnc.Decrypt(file);
        // The same payload was given to the packers of the other samples.
        Assert.Equal(Samples.Bytes("buffalo-tftp/tftp-hdr.bin")[32..], plain);
        file[^8] ^= 0x40;
        Assert.Null(BuffaloEnc.Decrypt(file));
    }

    [Fact]
    public void A_tag_around_an_enciphered_image_has_it_as_its_part()
    {
        byte[] file = Samples.Bytes("buffalo-tag/tag-wzr-hp-g300nh.bin");
        Part part = Assert.Single(new BuffaloTag().Read(Samples.Unclaimed(file))!.Parts);
        FormatInput inside = new(file, part.Offset, part.Offset + part.Length, new ReadBudget()) { AtStart = true };
        Assert.Equal(Verdict.Ok, new BuffaloEnc().Read(inside)!.Verdict);
    }

    [Fact]
    public void A_ras_header_may_have_64_kib_and_a_kernel_behind_the_root_file_system()
    {
        byte[] sample = Samples.Bytes("zyxel-ras/nbg6617.bin");
        byte[] file = new byte[0x10000 + 0x10000 + s_payload.Length];
        file.AsSpan(0, 0x10000).Fill(0xFF);
        sample.AsSpan(0, 0x1000).CopyTo(file);
        sample.AsSpan(0x1000).CopyTo(file.AsSpan(0x10000));
        s_payload.CopyTo(file, 0x20000);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x70), s_payload.Length);
        ZyxelRas format = new();
        file = format.Rewrite(Samples.Claimed(file))!;
        Finding finding = format.Read(Samples.Unclaimed(file))!;
        Assert.Equal((Verdict.Ok, file.Length, 0x10000L), (finding.Verdict, finding.Length, finding["header_len"]));
        Assert.Equal([("rootfs", 0x10000), ("kernel", 0x20000)], finding.Parts.Select(part => (part.Name, part.Offset)));
        file[^1] ^= 1;
        Assert.Equal(FlawCode.KernelChecksum, Assert.Single(format.Read(Samples.Unclaimed(file))!.Flaws).Code);
    }

    [Fact]
    public void The_files_of_a_mikrotik_package_are_named_and_a_damaged_stream_is_seen()
    {
        byte[] file = Samples.Bytes("mikrotik-npk/kernel.bin");
        Finding finding = new MikrotikNpk().Read(Samples.Unclaimed(file))!;
        Assert.Equal(["boot", "boot/kernel", "UPGRADED"], Assert.IsType<ImmutableArray<string>>(finding["files"]));
        Assert.Equal(["squashfs", "files"], finding.Parts.Select(part => part.Name));
        file[^2000] ^= 1;
        Assert.Equal(FlawCode.StreamCheck, Assert.Single(new MikrotikNpk().Read(Samples.Unclaimed(file))!.Flaws).Code);
    }

    [Fact]
    public void A_package_that_is_not_unpacked_for_want_of_budget_is_unchecked_not_bad()
    {
        byte[] file = Samples.Bytes("mikrotik-npk/kernel.bin");
        Finding finding = new MikrotikNpk().Read(new FormatInput(file, 0, file.Length, new ReadBudget(mostUnpacked: 100)) { AtStart = true })!;
        Assert.Equal(Verdict.Unchecked, finding.Verdict);
    }

    [Fact]
    public void An_edited_chk_file_gets_all_its_sums_back()
    {
        byte[] file = Samples.Bytes("netgear-chk/r6220-like.bin");
        file[^1] ^= 0x55;
        NetgearChk format = new();
        Assert.Equal([FlawCode.RootfsChecksum, FlawCode.Checksum], format.Read(Samples.Claimed(file))!.Flaws.Select(flaw => flaw.Code));
        byte[] written = format.Rewrite(Samples.Claimed(file))!;
        Assert.Equal(Verdict.Ok, format.Read(Samples.Unclaimed(written))!.Verdict);
        Assert.Equal(file[^1], written[^1]);
    }

    [Fact]
    public void Names_of_openwrt_are_not_compared_with_the_board_id_of_a_vendor()
    {
        NetgearChk format = new();
        Finding finding = format.Read(Samples.Claimed(Samples.Bytes("netgear-chk/r6220-like.bin")))!;
        Assert.Empty(format.Compare(finding, new Expectation { Boards = ["netgear,r6220"] }));
        Assert.Empty(format.Compare(finding, new Expectation { Boards = ["netgear,r6220", "U12H270T00_NETGEAR"] }));
        Assert.Equal(FlawCode.TooLarge, Assert.Single(format.Compare(finding, new Expectation { PartitionSize = 15181 })).Code);
        Assert.Empty(format.Compare(finding, new Expectation { PartitionSize = 15182 }));
    }

    [Fact]
    public void A_jcg_payload_that_was_cut_is_told_by_the_kernel_in_it()
    {
        byte[] file = Samples.Bytes("jcg/jcg.bin");
        Assert.Equal(
            [FlawCode.Truncated, FlawCode.Crc], new Jcg().Read(Samples.Unclaimed(file[..^100]))!.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void A_header_whose_magic_number_is_destroyed_is_known_by_its_crc()
    {
        foreach ((IFormatWriter format, string sample) in (ReadOnlySpan<(IFormatWriter, string)>)
            [(new Jcg(), "jcg/jcg.bin"), (new ZyxelZytrx(), "zyxel-zytrx/zytrx-nr7101.bin"), (new BuffaloEnc(), "buffalo-enc/enc-wzr-hp-g300nh.bin")])
        {
            byte[] file = Samples.Bytes(sample);
            file[0] ^= 1;
            Assert.Equal(FlawCode.Magic, Assert.Single(format.Read(Samples.Unclaimed(file))!.Flaws).Code);
        }
    }

    private static byte[] Tag(int headerLength, int dataLength)
    {
        byte[] file = new byte[headerLength + dataLength];
        "WZR-HP-AG300H"u8.CopyTo(file);
        "WZR-HP-AG300H"u8.CopyTo(file.AsSpan(0x20));
        "1.99"u8.CopyTo(file.AsSpan(0x40));
        "M_"u8.CopyTo(file.AsSpan(0x50));
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x88), file.Length);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(0x8C), -1);
        for (int at = headerLength; at < file.Length; at++)
            file[at] = s_payload[(at - headerLength) % s_payload.Length];
        return file;
    }

    private static byte[] Payload(int length)
    {
        byte[] payload = new byte[length];
        new Random(3).NextBytes(payload);
        Encoding.ASCII.GetBytes("payload").CopyTo(payload, 0);
        return payload;
    }
}
