using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Unbrick.Formats;
using Unbrick.Formats.OpenWrt;

namespace Unbrick.Tests.Formats.OpenWrt;

/// <summary>What sysupgrade would say to an image, and the trailers that fwtool writes.</summary>
public sealed class SysupgradeTests
{
    private const string R4a = "openwrt-sysupgrade/r4ag-compat11.bin";
    private const string Signed = "openwrt-sysupgrade/r4ag-signed.bin";
    private const string Tar = "sysupgrade-tar/r6220-meta.bin";

    private static readonly OpenWrtSysupgrade s_format = new();

    [Theory]
    [InlineData(R4a)]
    [InlineData(Tar)]
    public void Metadata_are_appended_as_fwtool_does(string file)
    {
        byte[] bytes = Samples.Bytes(file);
        FwTool tool = FwTool.Read(bytes);
        FwToolChunk chunk = Assert.Single(tool.Chunks);
        string json = Encoding.UTF8.GetString(bytes, chunk.Start + 8, chunk.DataLength - 8);
        Assert.Equal(bytes, FwTool.Append(bytes.AsSpan(0, tool.PayloadLength), json));
    }

    [Theory]
    [InlineData("", "usign")]
    [InlineData("\u0001\u0000\u0000\u00a0", "ucert")]
    public void A_signature_says_whose_key_it_is_made_with(string before, string kind)
    {
        byte[] signature = [.. "Ed"u8, 1, 2, 3, 4, 5, 6, 7, 0xFE, .. new byte[64]];
        byte[] data = Encoding.Latin1.GetBytes($"{before}untrusted comment: signed by key\n{Convert.ToBase64String(signature)}\n\0\0");
        Assert.Equal(new FwToolSignature(kind, "01020304050607fe"), FwToolSignature.Read(data));
        Assert.Null(FwToolSignature.Read(data.AsSpan(0, data.Length / 2)));
        Assert.Null(FwToolSignature.Read(new byte[92]));
    }

    [Fact]
    public void A_signed_image_is_told_as_signed_but_not_verified()
    {
        Finding found = s_format.Read(Samples.Unclaimed(Samples.Bytes(Signed)))!;
        Assert.Equal((true, "not verified: no key"), ((bool)found[FactName.Signed]!, (string)found["signature_check"]!));
        Assert.Null(s_format.Read(Samples.Unclaimed(Samples.Bytes(R4a)))!["signature_check"]);
    }

    [Fact]
    public void The_chunks_of_a_signed_image_are_read_from_its_end()
    {
        byte[] bytes = Samples.Bytes(Signed);
        FwTool tool = FwTool.Read(bytes);
        Assert.Equal(["signature", "metadata"], tool.Chunks.Select(chunk => chunk.Name));
        Assert.All(tool.Chunks, chunk => Assert.True(chunk.CrcFits));
        Assert.Equal("ramips/mt7621", tool.Metadata!.Target);
        Assert.Equal(tool.PayloadLength, tool.Chunks[1].Start);
    }

    [Fact]
    public void A_changed_payload_fits_no_trailer_and_is_written_with_new_ones()
    {
        byte[] bytes = Samples.Bytes(Signed);
        bytes[5000] ^= 1;
        Finding finding = s_format.Read(Samples.Unclaimed(bytes))!;
        Assert.Equal([FlawCode.TrailerCrc, FlawCode.TrailerCrc], finding.Flaws.Select(flaw => flaw.Code));
        Assert.False(Assert.Single(finding.Parts).Proven);
        byte[] written = s_format.Rewrite(Samples.Claimed(bytes))!;
        Assert.Equal(Verdict.Ok, s_format.Read(Samples.Unclaimed(written))!.Verdict);
    }

    [Theory]
    [InlineData("xiaomi,mi-router-4a-gigabit", null)]
    [InlineData("xiaomi,mi-router-3g-v2", FlawCode.UnsupportedDevice)]
    public void An_image_names_the_boards_that_it_is_for(string board, string? code)
    {
        Finding finding = s_format.Read(Samples.Unclaimed(Samples.Bytes(R4a)))!;
        Assert.Equal(code, s_format.Compare(finding, new Expectation { Boards = [board] }).Select(flaw => flaw.Code).SingleOrDefault());
    }

    [Theory]
    [InlineData("1.1", true, null)]
    [InlineData("1.0", true, FlawCode.CompatMinor)]
    [InlineData("1.0", false, null)]
    [InlineData("2.1", false, FlawCode.CompatMajor)]
    public void Compatibility_versions_differ_in_major_or_only_in_minor(string device, bool keep, string? code)
    {
        Finding finding = s_format.Read(Samples.Unclaimed(Samples.Bytes(R4a)))!;
        Expectation expected = new() { Compat = device, KeepSettings = keep };
        Assert.Equal(code, s_format.Compare(finding, expected).Select(flaw => flaw.Code).SingleOrDefault());
    }

    [Fact]
    public void Only_the_payload_must_fit_the_partition()
    {
        byte[] bytes = Samples.Bytes(R4a);
        int payload = FwTool.Read(bytes).PayloadLength;
        Finding finding = s_format.Read(Samples.Unclaimed(bytes))!;
        Assert.Empty(s_format.Compare(finding, new Expectation { PartitionSize = payload }));
        Assert.Equal(FlawCode.TooLarge, Assert.Single(s_format.Compare(finding, new Expectation { PartitionSize = payload - 1 })).Code);
    }

    [Theory]
    [InlineData("{\"compat_version\": \"1.0\"", FlawCode.MetadataJson)]
    [InlineData("[]", FlawCode.MetadataJson)]
    [InlineData("{\"supported_devices\": [\"\\ud800\"]}", FlawCode.MetadataJson)]
    [InlineData("{\"supported_devices\": [1, null, \"a,b\"]}", null)]
    public void Metadata_that_are_no_json_are_told(string json, string? code)
    {
        byte[] bytes = FwTool.Append(new byte[100], json);
        Finding finding = s_format.Read(Samples.Unclaimed(bytes))!;
        Assert.Equal(code, finding.Flaws.Select(flaw => flaw.Code).SingleOrDefault());
    }

    [Fact]
    public void An_image_without_its_end_has_no_metadata_and_is_told_to_be_cut()
    {
        byte[] bytes = Samples.Bytes(R4a)[..^10];
        Assert.Equal(
            [FlawCode.Truncated, FlawCode.MetadataMissing], s_format.Read(Samples.Claimed(bytes))!.Flaws.Select(flaw => flaw.Code));
        Assert.Null(s_format.Read(Samples.Unclaimed(bytes)));
    }

    [Fact]
    public void A_trailer_that_says_more_than_there_is_is_a_flaw()
    {
        byte[] bytes = Samples.Bytes(R4a);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(bytes.Length - 4), bytes.Length + 1);
        Assert.Equal([FlawCode.TrailerSize], s_format.Read(Samples.Claimed(bytes))!.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void A_file_full_of_trailers_is_read_in_one_pass()
    {
        byte[] bytes = new byte[1 << 20];
        for (int at = 0; at < bytes.Length; at += 16)
        {
            "FWx0"u8.CopyTo(bytes.AsSpan(at));
            bytes[at + 15] = 16;
        }
        FwTool tool = FwTool.Read(bytes);
        Assert.InRange(tool.Chunks.Length, 2, 64);
    }

    [Fact]
    public void The_tar_of_a_nand_device_has_its_kernel_and_root_as_parts()
    {
        Finding finding = new SysupgradeTar().Read(Samples.Unclaimed(Samples.Bytes(Tar)))!;
        Assert.Equal("netgear_r6220", finding[FactName.Board]);
        Assert.Equal([("kernel", 4187), ("root", 7168)], finding.Parts.Select(part => (part.Name, part.Length)));
        Assert.Equal(["netgear,r6220"], Assert.IsType<ImmutableArray<string>>(finding[FactName.SupportedDevices]));
    }

    [Fact]
    public void A_tar_without_metadata_is_compared_by_the_name_of_its_directory()
    {
        byte[] bytes = Samples.Bytes(Tar)[..20480];
        SysupgradeTar format = new();
        Finding finding = format.Read(Samples.Unclaimed(bytes))!;
        Assert.Equal((Verdict.Unchecked, 20480), (finding.Verdict, finding.Length));
        Assert.Empty(format.Compare(finding, new Expectation { Boards = ["netgear,r6220"] }));
        Assert.Equal(FlawCode.UnsupportedDevice, Assert.Single(format.Compare(finding, new Expectation { Boards = ["netgear,r6350"] })).Code);
        Assert.Equal(bytes, format.Rewrite(Samples.Claimed(bytes)));
    }

    [Fact]
    public void Damage_to_a_tar_has_its_own_reasons()
    {
        byte[] whole = Samples.Bytes(Tar)[..20480];
        SysupgradeTar format = new();
        byte[] changed = [.. whole];
        changed[0x200 + 0x7F] ^= 1;
        Assert.Contains(FlawCode.TarChecksum, format.Read(Samples.Unclaimed(changed))!.Flaws.Select(flaw => flaw.Code));
        Assert.Contains(FlawCode.Truncated, format.Read(Samples.Unclaimed(whole[..10000]))!.Flaws.Select(flaw => flaw.Code));
        byte[] renamed = [.. whole];
        renamed.AsSpan().Slice(whole.AsSpan().LastIndexOf("/root"u8) + 1, 4).Fill((byte)'x');
        Finding finding = format.Read(Samples.Unclaimed(renamed))!;
        Assert.Equal([FlawCode.TarChecksum, FlawCode.MissingMember], finding.Flaws.Select(flaw => flaw.Code));
    }
}
