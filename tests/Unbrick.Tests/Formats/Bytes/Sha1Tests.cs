using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Tests.Formats.Bytes;

public sealed class Sha1Tests
{
    /// <summary>RFC 3174 section 7.3.</summary>
    [Theory]
    [InlineData("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "84983e441c3bd26ebaae4aa1f95129e5e54670f1")]
    [InlineData("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f")]
    [InlineData("0123456701234567012345670123456701234567012345670123456701234567", 10, "dea356a2cddd90c7a7ecedc5ebb563934f460452")]
    public void Vectors_of_the_RFC(string text, int times, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Sha1.HashData(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times))))));

    [Fact]
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The other implementation of it.")]
    public void Every_length_around_the_blocks_is_as_the_systems()
    {
        byte[] bytes = new byte[300];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
            Assert.Equal(SHA1.HashData(bytes.AsSpan(0, length)), Sha1.HashData(bytes.AsSpan(0, length)));
    }
}
