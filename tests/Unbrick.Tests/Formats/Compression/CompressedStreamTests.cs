using System.IO.Compression;
using Unbrick.Formats;
using Unbrick.Formats.Compression;

namespace Unbrick.Tests.Formats.Compression;

/// <summary>Streams are told from what only begins like one.</summary>
public sealed class CompressedStreamTests
{
    private static readonly CompressedStream s_format = new();

    [Theory]
    [InlineData("gz: text")]
    [InlineData("xz: x86 filter")]
    [InlineData("lzma: text lc1 lp2 pb2, end marker")]
    [InlineData("bz2: text")]
    [InlineData("lz4: text legacy")]
    [InlineData("lzo: text lzo1x_1")]
    [InlineData("zst: text fast")]
    public void A_stream_in_a_dump_ends_where_it_ends(string name)
    {
        Vector vector = Vectors.Find(name);
        byte[] dump = [.. new byte[100], .. vector.Packed, .. Enumerable.Repeat((byte)0xFF, 5000)];
        Finding found = s_format.Read(new FormatInput(dump, 100, dump.Length, new ReadBudget()))!;
        Assert.Equal((vector.Variant, 100, vector.Packed.Length), (found.Variant!, found.Offset, found.Length));
        Assert.Equal((Verdict.Ok, Confidence.Certain), (found.Verdict, found.Confidence));
        Assert.Equal(vector.Sha256, found[FactName.PlainSha256]);
    }

    [Theory]
    [InlineData("1F8B0800000000000003")]
    [InlineData("28B52FFD6400")]
    [InlineData("5D00008000FFFFFFFFFFFFFFFF00")]
    [InlineData("5D0000800000100000000000000000")]
    [InlineData("04224D186440A7")]
    [InlineData("02214C1800100000")]
    public void Noise_behind_a_head_is_no_stream(string head)
    {
        Random random = new(7);
        for (int i = 0; i < 50; i++)
        {
            byte[] noise = new byte[20_000];
            random.NextBytes(noise);
            Convert.FromHexString(head).CopyTo(noise, 0);
            Assert.Null(s_format.Read(new FormatInput(noise, 0, noise.Length, new ReadBudget())));
        }
    }

    [Fact]
    public void Zeros_and_erased_flash_behind_a_head_of_LZMA_are_no_stream()
    {
        foreach (byte filler in (byte[])[0x00, 0xFF])
        {
            byte[] bytes = [0x5D, 0, 0, 0x80, 0, .. Enumerable.Repeat(filler, 30_000)];
            Assert.Null(s_format.Read(Samples.Unclaimed(bytes)));
        }
    }

    [Theory]
    [InlineData("gz: text")]
    [InlineData("xz: text crc32")]
    [InlineData("bz2: text")]
    [InlineData("lzo: text lzo1x_1")]
    [InlineData("lz4: text")]
    public void A_destroyed_magic_is_told_when_the_rest_is_whole(string name)
    {
        Vector vector = Vectors.Find(name);
        byte[] bytes = [.. vector.Packed];
        bytes[0] = bytes[1] = 0;
        Finding found = s_format.Read(Samples.Unclaimed(bytes))!;
        Assert.Equal((vector.Variant, Verdict.Bad), (found.Variant!, found.Verdict));
        Assert.Equal([FlawCode.Magic], found.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void A_bomb_is_followed_no_further_than_the_budget()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 24; i++)
                gzip.Write(zeros);
        }
        byte[] bytes = packed.ToArray();
        ReadBudget budget = new(4 << 20);
        FormatInput input = new(bytes, 0, bytes.Length, budget) { AtStart = true };
        Finding found = s_format.Read(input)!;
        Assert.Equal((Verdict.Unchecked, 0L), (found.Verdict, budget.Unpackable));
        Assert.Null(found[FactName.PlainSha256]);
        Assert.Null(s_format.Unpack(input, 32 << 20));
    }

    [Fact]
    public void A_bomb_is_left_after_32_MiB_and_told_though_the_budget_has_more()
    {
        // zstd (RFC 8878): no check, no size, a window of 1 KiB, then blocks of one byte repeated 128 KiB times, four bytes each.
        List<byte> packed = [0x28, 0xB5, 0x2F, 0xFD, 0, 0x38];
        for (int i = 0; i < 4000; i++)
            packed.AddRange([0x02, 0x00, 0x10, 0x00]);
        byte[] bytes = [.. packed];
        ReadBudget budget = new();
        Finding found = s_format.Read(new FormatInput(bytes, 0, bytes.Length, budget) { AtStart = true })!;
        Assert.Equal(("zst", Verdict.Bad), (found.Variant!, found.Verdict));
        Assert.Equal([FlawCode.Bomb], found.Flaws.Select(flaw => flaw.Code));
        Assert.InRange(ReadBudget.UsualUnpacked - budget.Unpackable, 32 << 20, 34 << 20);
        Assert.InRange(found.Length, 1, 2000); // what lies behind is looked at again
    }

    [Fact]
    public void What_its_container_has_proven_is_only_tasted()
    {
        Vector vector = Vectors.Find("xz: run crc32");
        ReadBudget budget = new();
        FormatInput input = new(vector.Packed, 0, vector.Packed.Length, budget) { AtStart = true, Proven = true };
        Assert.Equal(Verdict.Ok, s_format.Read(input)!.Verdict);
        Assert.InRange(ReadBudget.UsualUnpacked - budget.Unpackable, 1, 200_000);
        Assert.Equal(vector.Size, s_format.Unpack(input, 1 << 20)!.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("1F8B08")]
    [InlineData("FD377A585A00")]
    [InlineData("5D0000")]
    public void Something_claimed_is_never_nothing(string hex)
    {
        Finding found = s_format.Read(Samples.Claimed(Convert.FromHexString(hex)))!;
        Assert.Equal(Verdict.Bad, found.Verdict);
        Assert.NotEmpty(found.Flaws);
    }
}
