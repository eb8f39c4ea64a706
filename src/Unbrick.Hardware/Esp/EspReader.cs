using System.Security.Cryptography;

namespace Unbrick.Hardware.Esp;

/// <summary>Reads flash through the ROM: by 64 bytes, which is all that it offers. What is lost on the way is asked for again.</summary>
/// <param name="rom">The loader, in contact.</param>
/// <param name="identity">The chip, its flash connected.</param>
public sealed class EspReader(EspRom rom, EspIdentity identity)
{
    /// <summary>Bytes of one MD5, and of one piece of work.</summary>
    public const int Window = 0x1_0000;

    private const int Tries = 40, QueuedReads = 4;

    private readonly EspSpi _spi = new(rom, identity.Chip);

    private int _queued = QueuedReads;

    /// <summary>The ROM computes MD5: a second read costs nothing.</summary>
    public bool HasMd5 => identity.Chip.Can("md5");

    /// <summary>Bytes on the line for each byte read, for saying how long it will take.</summary>
    public double Cost => identity.Chip.Can("read-slow") ? 96.0 / 64 : rom.WritesSeveral ? (54.0 + (16 * 26)) / 64 : (76.0 + (16 * 26)) / 64;

    /// <summary>Reads a range once. Bytes may be wrong when the line changes them: reads carry no checksum.</summary>
    /// <param name="offset">In flash, a multiple of 4.</param>
    /// <param name="into">Gets the bytes.</param>
    /// <param name="tell">Told how many are there.</param>
    /// <param name="ct">Stops it.</param>
    public void Read(int offset, Span<byte> into, Action<int>? tell, CancellationToken ct)
    {
        int failures = 0;
        for (int done = 0; done < into.Length;)
        {
            ct.ThrowIfCancellationRequested();
            int count = identity.Chip.Can("read-slow") ? Slowly((uint)(offset + done), into[done..]) : ByRegisters((uint)(offset + done), into[done..]);
            if (count > 0)
            {
                failures = 0;
                done += count;
                tell?.Invoke(done);
                continue;
            }
            // An answer that was lost is just asked for again; only when that does not help is more needed.
            if (failures == 0)
                rom.Link.Flush(TimeSpan.FromMilliseconds(15));
            else if (!rom.Recover())
                throw new EspException(EspFailure.Stopped, $"it stopped answering while 0x{offset + done:x6} was being read", offset + done);
            if (++failures > Tries)
                throw new EspException(EspFailure.LineTooBad, $"0x{offset + done:x6} could not be read in {Tries} tries", offset + done);
        }
    }

    /// <summary>Does flash hold these bytes? What differs is read again before it is believed.</summary>
    public bool Holds(int offset, ReadOnlySpan<byte> expected, CancellationToken ct)
    {
        Span<byte> bytes = new byte[expected.Length];
        const int looks = 3;
        if (HasMd5 && expected.Length > EspSpi.Piece)
            return Digest(offset, expected.Length).AsSpan().SequenceEqual(Md5(expected)) || (rom.Link.Counts.Disturbed && Digest(offset, expected.Length).AsSpan().SequenceEqual(Md5(expected)));
        for (int i = 0; i < looks; i++)
        {
            Read(offset, bytes, null, ct);
            if (bytes.SequenceEqual(expected))
                return true;
            _spi.Forget();
            if (i == 1)
                rom.Reconnect?.Invoke();
        }
        return false;
    }

    /// <summary>MD5 of a range as the chip computes it.</summary>
    public byte[] Digest(int offset, int length)
    {
        for (int i = 0; i < 8; i++)
        {
            if (rom.Md5((uint)offset, length) is byte[] digest)
                return digest;
            if (!rom.Recover())
                break;
        }
        throw new EspException(EspFailure.Stopped, $"it stopped answering while the MD5 of 0x{offset:x6} was being computed", offset);
    }

    /// <summary>Reads a range until it is proven: by the MD5 of the chip, or by two reads that agree.</summary>
    /// <param name="offset">In flash, a multiple of 4096.</param>
    /// <param name="into">Gets the bytes; a multiple of 4096.</param>
    /// <param name="tell">Told how many are there.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>Pieces that were different when read again.</returns>
    public int ReadProven(int offset, Span<byte> into, Action<int>? tell, CancellationToken ct)
    {
        int differing = 0;
        byte[] again = new byte[Esp8266Erase.Sector];
        for (int at = 0; at < into.Length; at += Esp8266Erase.Sector)
        {
            Span<byte> sector = into.Slice(at, Math.Min(Esp8266Erase.Sector, into.Length - at));
            Read(offset + at, sector, null, ct);
            for (int i = 0; ; i++)
            {
                if (HasMd5)
                {
                    if (Digest(offset + at, sector.Length).AsSpan().SequenceEqual(Md5(sector)))
                        break;
                    Read(offset + at, sector, null, ct);
                }
                else
                {
                    Read(offset + at, again.AsSpan(0, sector.Length), null, ct);
                    if (Settle(offset + at, sector, again, ct))
                        break;
                }
                differing++;
                rom.Link.Counts.Unsteady++;
                if (i >= Tries)
                    throw new EspException(EspFailure.LineTooBad, $"0x{offset + at:x6} is different at each of {Tries} reads", offset + at);
            }
            tell?.Invoke(at + sector.Length);
        }
        return differing;
    }

    /// <summary>Two reads are there: pieces that differ are read until two in a row agree; true when all do.</summary>
    private bool Settle(int offset, Span<byte> first, Span<byte> second, CancellationToken ct)
    {
        bool settled = true;
        for (int at = 0; at < first.Length; at += EspSpi.Piece)
        {
            Span<byte> one = first.Slice(at, EspSpi.Piece), other = second.Slice(at, EspSpi.Piece);
            for (int i = 0; !one.SequenceEqual(other); i++)
            {
                rom.Link.Counts.Unsteady++;
                if (i == Tries)
                    return false;
                other.CopyTo(one);
                _spi.Forget();
                Read(offset + at, other, null, ct);
            }
        }
        return settled;
    }

    private int ByRegisters(uint address, Span<byte> into)
    {
        int count = Math.Min(EspSpi.Piece, into.Length);
        return _spi.Read(address, into[..count]) ? count : 0;
    }

    private int Slowly(uint address, Span<byte> into)
    {
        int pieces = Math.Min(_queued, (into.Length + EspSpi.Piece - 1) / EspSpi.Piece);
        Span<byte> data = stackalloc byte[8];
        for (int i = 0; i < pieces; i++)
        {
            EspRom.Words(data, address + (uint)(i * EspSpi.Piece), EspSpi.Piece);
            rom.Link.Send(EspOp.ReadFlashSlow, data);
        }
        int done = 0;
        for (int i = 0; i < pieces; i++)
        {
            EspAnswer? answer = rom.Link.Receive(EspOp.ReadFlashSlow, rom.Link.Wire(pieces * 96) + rom.Link.Patience);
            if (answer is not { Ok: true, Op: EspOp.ReadFlashSlow } || answer.Payload.Length < EspSpi.Piece)
            {
                rom.Link.Missed(EspOp.ReadFlashSlow, pieces - i);
                _queued = Math.Max(1, _queued / 2);
                return 0;
            }
            int count = Math.Min(EspSpi.Piece, into.Length - done);
            answer.Payload.Span[..count].CopyTo(into[done..]);
            done += count;
        }
        return done;
    }

    // The ROM knows MD5 and nothing better; it is to find accidents, not forgeries.
#pragma warning disable CA5351
    private static byte[] Md5(ReadOnlySpan<byte> bytes) => MD5.HashData(bytes);
#pragma warning restore CA5351
}
