using System.Security.Cryptography;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

/// <summary>The check of an xz block, computed on the way through (xz-file-format.txt 2.1.1.2).</summary>
internal sealed class XzCheck(int id, IPlainSink next) : IPlainSink, IDisposable
{
    private readonly IncrementalHash? _sha256 = id == 10 ? PlainOutput.NewHash() : null;
    private uint _crc32 = uint.MaxValue;
    private ulong _crc64 = ulong.MaxValue;

    /// <summary>Bytes that went through.</summary>
    public long Length { get; private set; }

    public static string Name(int id) => id switch { 0 => "none", 1 => "crc32", 4 => "crc64", 10 => "sha256", _ => $"check {id}" };

    /// <summary>Bytes of the stored check, also of those that nobody has defined yet.</summary>
    public static int Size(int id) => id == 0 ? 0 : 4 << (id - 1) / 3;

    public void Take(ReadOnlySpan<byte> plain)
    {
        Length += plain.Length;
        if (id == 1)
            _crc32 = Crc32.Update(_crc32, plain);
        else if (id == 4)
            _crc64 = Crc64.Update(_crc64, plain);
        _sha256?.AppendData(plain);
        next.Take(plain);
    }

    /// <summary>The stored check is the one of the bytes that went through; true for kinds that are not known.</summary>
    public bool Fits(ReadOnlySpan<byte> stored) => id switch
    {
        1 => stored.Le32(0) == ~_crc32,
        4 => stored.Le64(0) == ~_crc64,
        10 => stored.SequenceEqual(_sha256!.GetHashAndReset()),
        _ => true,
    };

    public void Dispose() => _sha256?.Dispose();
}
