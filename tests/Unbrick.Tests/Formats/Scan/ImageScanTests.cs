using System.Collections.Immutable;
using Unbrick.Formats;

namespace Unbrick.Tests.Formats.Scan;

/// <summary>Whatever is in a file, the tiling has every byte once, and what is whole is in it.</summary>
public sealed class ImageScanTests
{
    private static readonly string[] s_samples = [.. Samples.All.Select(s => s.File)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_tiling_has_every_byte_once_for_any_row_of_samples(int seed)
    {
        Random random = new(seed);
        List<byte> image = [];
        for (int i = 0; i < 12; i++)
        {
            byte[] sample = Samples.Bytes(s_samples[random.Next(s_samples.Length)]);
            image.AddRange(random.Next(3) == 0 ? sample[random.Next(sample.Length)..] : sample);
            image.AddRange(Enumerable.Repeat((byte)random.Next(256), random.Next(3) * random.Next(9000)));
        }
        AssertTiling(ImageScan.Tile(image.ToArray()), 0, image.Count);
    }

    [Fact]
    public void Nothing_is_tiled_by_nothing() => Assert.Empty(ImageScan.Tile(ReadOnlyMemory<byte>.Empty));

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public void A_run_of_one_byte_is_padding(int length)
    {
        Finding tile = Assert.Single(ImageScan.Tile(Enumerable.Repeat((byte)0x5A, length).ToArray()));
        Assert.Equal((ImageScan.Padding, 0, length), (tile.Format, tile.Offset, tile.Length));
        Assert.Equal("0x5a", tile["fill"]);
    }

    [Fact]
    public void Noise_is_unknown_with_its_entropy()
    {
        byte[] noise = new byte[200_000];
        new Random(5).NextBytes(noise);
        Finding tile = Assert.Single(ImageScan.Tile(noise));
        Assert.Equal(ImageScan.Unknown, tile.Format);
        double entropy = double.Parse(Assert.IsType<string>(tile["entropy"]), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(entropy, 7.9, 8.0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_530)]
    [InlineData(65_535)]
    [InlineData(131_072)]
    public void What_lies_anywhere_in_noise_is_found(int at)
    {
        byte[] kernel = Samples.Bytes("uimage/lzma-kernel.bin");
        byte[] image = new byte[at + kernel.Length + 70_000];
        new Random(at).NextBytes(image);
        kernel.CopyTo(image, at);
        ImmutableArray<Finding> tiles = ImageScan.Tile(image);
        AssertTiling(tiles, 0, image.Length);
        Assert.Contains(tiles, tile => (tile.Format, tile.Offset, tile.Length, tile.Verdict) == ("uimage", at, kernel.Length, Verdict.Ok));
    }

    [Fact]
    public void Padding_between_things_is_told_from_the_things()
    {
        byte[] kernel = Samples.Bytes("uimage/lzma-kernel.bin");
        byte[] image = [.. kernel, .. Enumerable.Repeat((byte)0xFF, 5000), .. kernel];
        Assert.Equal(["uimage", ImageScan.Padding, "uimage"], ImageScan.Tile(image).Select(tile => tile.Format));
    }

    [Fact]
    public void A_wrong_length_hides_nothing_that_follows()
    {
        byte[] kernel = Samples.Bytes("uimage/lzma-kernel.bin");
        byte[] huge = kernel[..64];
        huge[0xC] = 0x7F; // announces 2 GiB; the header's CRC is wrong now
        byte[] image = [.. new byte[100], .. huge, .. new byte[300], .. kernel];
        Finding last = ImageScan.Tile(image)[^1];
        Assert.Equal(("uimage", image.Length - kernel.Length, Verdict.Ok), (last.Format, last.Offset, last.Verdict));
    }

    [Fact]
    public void A_file_of_nothing_but_magic_numbers_is_tiled_like_any_other()
    {
        byte[] image = new byte[256 << 10];
        for (int i = 0; i + 4 <= image.Length; i += 4)
            Samples.Bytes("uimage/lzma-kernel.bin").AsSpan(0, 4).CopyTo(image.AsSpan(i));
        AssertTiling(ImageScan.Tile(image), 0, image.Length);
    }

    [Fact]
    public void A_file_of_headers_that_all_announce_the_rest_of_it_is_tiled_like_any_other()
    {
        byte[] header = Samples.Bytes("uimage/lzma-kernel.bin")[..64];
        byte[] image = new byte[512 << 10];
        for (int i = 0; i + 64 <= image.Length; i += 64)
        {
            header.CopyTo(image, i);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(image.AsSpan(i + 0xC), image.Length - i - 64);
        }
        AssertTiling(ImageScan.Tile(image), 0, image.Length);
    }

    /// <summary>Sorted, gapless, in bounds; what lies inside lies inside and does not overlap.</summary>
    internal static void AssertTiling(ImmutableArray<Finding> tiles, int begin, int end)
    {
        int at = begin;
        foreach (Finding tile in tiles)
        {
            Assert.Equal(at, tile.Offset);
            Assert.True(tile.Length > 0, $"{tile.Format} at {tile.Offset} has {tile.Length} bytes");
            at = tile.End;
            int inside = tile.Offset;
            foreach (Finding inner in tile.Inside)
            {
                Assert.True(inner.Offset >= inside && inner.End <= tile.End, $"{inner.Format} at {inner.Offset} in {tile.Format} at {tile.Offset}");
                AssertTiling([inner], inner.Offset, inner.End);
                inside = inner.End;
            }
        }
        Assert.Equal(end, at);
    }
}
