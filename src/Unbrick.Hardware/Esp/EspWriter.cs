using System.IO.Compression;

namespace Unbrick.Hardware.Esp;

/// <summary>
/// Writes sectors, and heals the line. A ROM counts a block with a wrong checksum, but does not move on in flash: the same number is refused for ever,
/// and the next one is written where the lost one belongs. So whatever goes wrong, writing begins again at the sector of the lost block.
/// </summary>
/// <param name="rom">The loader, in contact.</param>
/// <param name="identity">The chip, its flash connected.</param>
public sealed class EspWriter(EspRom rom, EspIdentity identity)
{
    private const int Sector = Esp8266Erase.Sector, LargeBlock = 0x1000, SmallBlock = 0x400, MostTries = 24, MostRefusals = 3;

    /// <summary>As much goes well again before blocks are large again.</summary>
    private const int Calm = 64 << 10;

    private int _block = LargeBlock, _calm, _streamBlock = LargeBlock;

    /// <summary>Bytes of one zlib stream at most: it cannot be gone on with when a block is lost.</summary>
    public const int LongestStream = 256 << 10;

    /// <summary>Writes erased sectors.</summary>
    /// <param name="offset">A multiple of 4096.</param>
    /// <param name="bytes">A multiple of 4096.</param>
    /// <param name="tell">Told how many are written; may go back.</param>
    /// <param name="ct">Looked at between two blocks.</param>
    public void Write(int offset, ReadOnlyMemory<byte> bytes, Action<int>? tell, CancellationToken ct) => Write(offset, bytes, eraseFirst: false, tell, ct);

    /// <summary>Erases and writes sectors, packed where the ROM can unpack. For ROMs that erase exactly what they are asked to.</summary>
    public void EraseAndWrite(int offset, ReadOnlyMemory<byte> bytes, Action<int>? tell, CancellationToken ct)
    {
        if (!identity.Chip.Can("deflate") || rom.Link.Counts.Restarts > 0 || !TryStream(offset, bytes, tell, ct))
            Write(offset, bytes, eraseFirst: true, tell, ct);
    }

    private void Write(int offset, ReadOnlyMemory<byte> bytes, bool eraseFirst, Action<int>? tell, CancellationToken ct)
    {
        int at = 0, number = 0, failedAt = -1, tries = 0, refusals = 0;
        bool begun = false;
        while (at < bytes.Length)
        {
            ct.ThrowIfCancellationRequested();
            EspAnswer? answer;
            if (!begun)
            {
                at -= at % Sector;
                number = 0;
                int left = bytes.Length - at;
                answer = rom.Begin(EspOp.FlashBegin, identity.Chip, eraseFirst ? left : 0, left / _block, _block, (uint)(offset + at));
                if (answer is { Ok: false, Op: EspOp.FlashBegin, Reason: EspAnswer.Failed } && !rom.Link.Counts.Disturbed)
                    throw new EspException(EspFailure.Refused, $"the ROM does not write at 0x{offset + at:x6}: reason 06", offset + at);
                if (answer is { Ok: true, Op: EspOp.FlashBegin })
                {
                    (begun, eraseFirst) = (true, false);
                    continue;
                }
            }
            else
            {
                answer = rom.Data(EspOp.FlashData, number, bytes.Span.Slice(at, _block));
                if (answer is { Ok: true, Op: EspOp.FlashData })
                {
                    at += _block;
                    number++;
                    Calmer(at, ref begun);
                    tell?.Invoke(at);
                    continue;
                }
            }
            Count(answer);
            begun = false;
            int sector = at / Sector;
            tries = sector == failedAt ? tries + 1 : 1;
            refusals = answer is { Ok: false, Reason: EspAnswer.WriteError } ? (sector == failedAt ? refusals + 1 : 1) : 0;
            failedAt = sector;
            if (refusals >= MostRefusals)
                throw new EspException(EspFailure.WriteRefused, $"the ROM reports an error of the flash chip at 0x{offset + (sector * Sector):x6}, {refusals} times", offset + (sector * Sector));
            if (tries > MostTries)
                throw new EspException(EspFailure.LineTooBad, $"0x{offset + at:x6} could not be sent in {MostTries} tries", offset + at);
            Recover(offset + at);
        }
    }

    /// <summary>One stream of zlib; false when something was lost: what is written then is not known.</summary>
    private bool TryStream(int offset, ReadOnlyMemory<byte> bytes, Action<int>? tell, CancellationToken ct)
    {
        byte[] packed = Pack(bytes.Span);
        if (packed.Length >= bytes.Length)
            return false;
        EspAnswer? answer = BeginStream();
        if (answer is { Ok: false } && _streamBlock == LargeBlock)
        {
            _streamBlock = SmallBlock;
            answer = BeginStream();
        }
        TimeSpan unpacking = TimeSpan.FromSeconds(0.3 + (bytes.Length / 65536.0 * 0.5));
        for (int number = 0, at = 0; at < packed.Length && answer is { Ok: true }; number++, at += _streamBlock)
        {
            ct.ThrowIfCancellationRequested();
            int count = Math.Min(_streamBlock, packed.Length - at);
            answer = rom.Data(EspOp.DeflData, number, packed.AsSpan(at, count), unpacking);
            tell?.Invoke((int)((long)bytes.Length * Math.Min(at + count, packed.Length) / packed.Length));
        }
        if (answer is { Ok: true })
            return true;
        Count(answer);
        Recover(offset);
        return false;

        EspAnswer? BeginStream() =>
            rom.Begin(EspOp.DeflBegin, identity.Chip, bytes.Length, (packed.Length + _streamBlock - 1) / _streamBlock, _streamBlock, (uint)offset);
    }

    private static byte[] Pack(ReadOnlySpan<byte> bytes)
    {
        using MemoryStream packed = new();
        using (ZLibStream stream = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            stream.Write(bytes);
        return packed.ToArray();
    }

    private void Count(EspAnswer? answer)
    {
        EspLineCounts counts = rom.Link.Counts;
        counts.Restarts++;
        if (answer is { Ok: false, Reason: EspAnswer.BadChecksum })
            counts.BadBlocks++;
        else if (answer is { Ok: false, Reason: EspAnswer.BadMessage })
            counts.OutOfTurn++;
        (_block, _calm) = (SmallBlock, 0);
    }

    private void Calmer(int at, ref bool begun)
    {
        if (_block == LargeBlock)
            return;
        _calm += _block;
        if (_calm < Calm || at % Sector != 0)
            return;
        (_block, begun) = (LargeBlock, false);
    }

    private void Recover(int offset)
    {
        if (!rom.Recover())
            throw new EspException(EspFailure.Stopped, $"it stopped answering while 0x{offset:x6} was being written", offset);
    }
}
