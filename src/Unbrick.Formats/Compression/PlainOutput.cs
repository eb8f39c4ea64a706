using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Unbrick.Formats.Compression;

/// <summary>The end of every unpacking: keeps what came out, hands it on, or makes only its SHA-256; never more than was allowed.</summary>
internal sealed class PlainOutput(long most, bool keep, IPlainSink? sink = null) : IPlainSink, IDisposable
{
    /// <summary>
    /// A taste of a stream is kept until it is known to be all of it: mostly it is not, and the system's cryptography need not be loaded for
    /// a hash that nobody gets.
    /// </summary>
    private const int Taste = 64 << 10;

    private readonly IncrementalHash? _hash = keep || sink is not null || most <= Taste ? null : NewHash();
    private byte[] _kept = [];
    private int _count;

    /// <summary>Bytes that may come out.</summary>
    public long Most => most;

    /// <summary>Bytes that came out, also those beyond the limit.</summary>
    public long Length { get; private set; }

    /// <summary>More came than was allowed.</summary>
    public bool Exceeded => Length > most;

    public void Take(ReadOnlySpan<byte> plain)
    {
        long room = Math.Max(0, most - Length);
        Length += plain.Length;
        if (sink is not null)
        {
            sink.Take(plain[..(int)Math.Min(plain.Length, room)]);
            return;
        }
        if (_hash is not null)
        {
            _hash.AppendData(plain);
            return;
        }
        plain = plain[..(int)Math.Min(plain.Length, Math.Max(0, Math.Min(most, Array.MaxLength) - _count))];
        if (_count + plain.Length > _kept.Length)
            Array.Resize(ref _kept, (int)Math.Min(Math.Max(_count + (long)plain.Length, _kept.Length * 2L), Array.MaxLength));
        plain.CopyTo(_kept.AsSpan(_count));
        _count += plain.Length;
    }

    /// <summary>The result; a stream that is right but longer than allowed is too large.</summary>
    public Unpacked End(UnpackStatus status, int consumed, string seen)
    {
        if (Exceeded)
            (status, seen) = (UnpackStatus.TooLarge, $"more than {most:N0} bytes come out");
        return new Unpacked(status, consumed, Length)
        {
            Plain = keep ? _count == _kept.Length ? _kept : _kept[.._count] : null,
            Sha256 = status == UnpackStatus.Ok && !keep && sink is null
                ? Convert.ToHexStringLower(_hash is null ? SHA256.HashData(_kept.AsSpan(0, _count)) : _hash.GetCurrentHash())
                : null,
            Seen = seen,
        };
    }

    public void Dispose() => _hash?.Dispose();

    /// <summary>SHA-256, on its own, so that who makes no hash does not load its library.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IncrementalHash NewHash() => IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
}
