using System.Security.Cryptography;
using Unbrick.Formats.Compression;

namespace Unbrick.Tests.Formats.Compression;

/// <summary>What the usual packers packed comes out as it went in; what is cut or changed never passes for whole, and nothing is thrown.</summary>
public sealed class UnpackTests
{
    public static TheoryData<string> Names => [.. Vectors.All.Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_packed_comes_out(string name)
    {
        Vector vector = Vectors.Find(name);
        byte[] packed = [.. vector.Packed, 0x5A, 0xA5, 0x5A];
        Unpacked kept = Vectors.Unpack(vector, packed);
        Assert.Equal("", kept.Seen);
        Assert.Equal(UnpackStatus.Ok, kept.Status);
        Assert.Equal(vector.Packed.Length, kept.Consumed);
        Assert.Equal(vector.Size, kept.PlainLength);
        Assert.Equal(vector.Sha256, Convert.ToHexStringLower(SHA256.HashData(kept.Plain!)));
        Unpacked followed = Vectors.Unpack(vector, packed, keep: false);
        Assert.Null(followed.Plain);
        Assert.Equal((vector.Sha256, vector.Size), (followed.Sha256, (int)followed.PlainLength));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stream_that_is_cut_is_not_whole(string name)
    {
        Vector vector = Vectors.Find(name);
        byte[]? whole = Vectors.Unpack(vector, vector.Packed).Plain;
        int step = Math.Max(1, vector.Packed.Length / 40);
        for (int length = 0; length < vector.Packed.Length; length += step)
        {
            Unpacked result = Vectors.Unpack(vector, vector.Packed.AsSpan(0, length));
            // Streams may follow each other: then the first ones are whole.
            if (result.Ok)
                Assert.StartsWith(Convert.ToHexString(result.Plain!), Convert.ToHexString(whole!), StringComparison.Ordinal);
            if (result.Ok)
                Assert.True(vector.Name.Contains("two ", StringComparison.Ordinal) && length > 100, $"{length} of {vector.Packed.Length} bytes pass");
            Assert.InRange(result.Consumed, 0, length);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_more_comes_out_than_was_allowed(string name)
    {
        Vector vector = Vectors.Find(name);
        if (vector.Size < 100)
            return;
        Unpacked result = Vectors.Unpack(vector, vector.Packed, most: 64);
        Assert.Equal(UnpackStatus.TooLarge, result.Status);
        Assert.Equal(Vectors.Unpack(vector, vector.Packed).Plain![..64], result.Plain!);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Changed_bytes_are_taken_without_an_exception(string name)
    {
        Vector vector = Vectors.Find(name);
        Random random = new(name.Length);
        for (int i = 0; i < 40; i++)
        {
            byte[] changed = [.. vector.Packed];
            for (int times = random.Next(1, 4); times > 0; times--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            Unpacked result = Vectors.Unpack(vector, changed, most: 400_000, keep: (i & 1) == 0);
            Assert.InRange(result.Consumed, 0, changed.Length);
            Assert.True(result.Plain is null || result.Plain.Length <= 400_000);
        }
    }

    [Theory]
    [InlineData("gz: text")]
    [InlineData("zlib: text")]
    [InlineData("xz: text crc32")]
    [InlineData("xz: text crc64")]
    [InlineData("xz: text sha256")]
    [InlineData("bz2: text")]
    [InlineData("lz4: text")]
    [InlineData("zst: text best")]
    [InlineData("lzo: text lzo1x_1")]
    public void One_flipped_bit_in_the_data_is_found_by_the_check(string name)
    {
        Vector vector = Vectors.Find(name);
        byte[] plain = Vectors.Unpack(vector, vector.Packed).Plain!;
        int from = vector.Packed.Length / 3;
        for (int at = from; at < vector.Packed.Length - from; at += 3)
        {
            byte[] flipped = [.. vector.Packed];
            flipped[at] ^= 0x10;
            // A match may be found at another distance, too: then it is another way of packing the same bytes.
            Unpacked result = Vectors.Unpack(vector, flipped);
            Assert.True(!result.Ok || result.Plain.AsSpan().SequenceEqual(plain), $"bit flipped at {at}");
        }
    }

    [Fact]
    public void A_block_that_is_announced_takes_no_memory_before_its_bytes_come()
    {
        // The largest block, and codes that make no sense.
        byte[] packed = [.. "BZh9"u8, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 1, 2, 3, 4, 0x7F, .. Enumerable.Repeat((byte)0xFF, 100)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Unpacked result = new Bzip2Codec().Unpack(packed, 1 << 20, keep: false);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 256 << 10);
        Assert.Equal(UnpackStatus.Damaged, result.Status);
    }
}
