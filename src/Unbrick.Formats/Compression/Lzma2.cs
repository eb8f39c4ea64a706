using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// xz-file-format.txt (tukaani.org), filter 0x21. Chunks, numbers big-endian:
//   00                          end
//   01 or 02, size-1 (2)        stored bytes; 01 forgets the dictionary
//   1rrsssss, low size-1 (2), packed-1 (2), [properties]   LZMA; rr: 0 goes on, 1 state anew, 2 properties too, 3 dictionary too

/// <summary>LZMA2: LZMA in chunks of known length.</summary>
internal sealed class Lzma2
{
    private readonly LzmaDecoder _decoder = new();
    private bool _needsDictionary = true, _needsProperties = true, _needsState = true;

    /// <summary>Dictionary size from its one-byte property; 0 when it is not valid.</summary>
    public static long DictionarySize(byte property) => property switch
    {
        < 40 => (2L | property & 1L) << (property / 2 + 11),
        40 => uint.MaxValue,
        _ => 0,
    };

    /// <summary>Unpacks up to and including the end byte.</summary>
    public (UnpackStatus Status, string Seen) Run(ReadOnlySpan<byte> packed, ref int at, PlainWindow window, long dictionary)
    {
        while (true)
        {
            if (at >= packed.Length)
                return (UnpackStatus.Truncated, "the next chunk is missing");
            byte control = packed[at];
            if (control == 0)
            {
                at++;
                return (UnpackStatus.Ok, "");
            }
            if (control == 1 || control >= 0xE0)
            {
                window.Forget();
                _needsDictionary = false;
            }
            if (_needsDictionary || control is > 2 and < 0x80)
                return (UnpackStatus.Damaged, $"chunk with control byte 0x{control:x2}");
            (UnpackStatus status, string seen) = control < 0x80
                ? Stored(packed, ref at, window)
                : Packed(packed, ref at, window, dictionary);
            if (status != UnpackStatus.Ok)
                return (status, seen);
            if (window.Exceeded)
                return (UnpackStatus.TooLarge, "");
        }
    }

    private (UnpackStatus Status, string Seen) Stored(ReadOnlySpan<byte> packed, ref int at, PlainWindow window)
    {
        if (packed.Length - at < 3)
            return (UnpackStatus.Truncated, "the chunk's head is cut");
        if (packed[at] == 1)
            _needsState = true;
        int size = packed.Be16(at + 1) + 1;
        int present = Math.Min(size, packed.Length - at - 3);
        window.Write(packed.Slice(at + 3, present));
        at += 3 + present;
        return present == size ? (UnpackStatus.Ok, "") : (UnpackStatus.Truncated, $"{size:N0} stored bytes are announced, {present:N0} are there");
    }

    private (UnpackStatus Status, string Seen) Packed(ReadOnlySpan<byte> packed, ref int at, PlainWindow window, long dictionary)
    {
        byte control = packed[at];
        int head = control >= 0xC0 ? 6 : 5;
        if (packed.Length - at < head)
            return (UnpackStatus.Truncated, "the chunk's head is cut");
        long goal = window.Total + ((control & 0x1F) << 16 | packed.Be16(at + 1)) + 1;
        int length = packed.Be16(at + 3) + 1;
        if (control >= 0xC0)
        {
            byte properties = packed[at + 5];
            if (!LzmaDecoder.Valid(properties))
                return (UnpackStatus.Damaged, $"chunk with LZMA properties 0x{properties:x2}");
            _decoder.Reset(properties);
            _needsProperties = _needsState = false;
        }
        else if (_needsProperties || _needsState && control < 0xA0)
        {
            return (UnpackStatus.Damaged, $"chunk with control byte 0x{control:x2} goes on from nothing");
        }
        else if (control >= 0xA0)
        {
            _decoder.ResetState();
            _needsState = false;
        }
        at += head;
        bool cut = packed.Length - at < length;
        ReadOnlySpan<byte> chunk = cut ? packed[at..] : packed.Slice(at, length);
        int chunkAt = 0;
        (UnpackStatus status, string seen) = Chunk(chunk, ref chunkAt, window, goal, dictionary);
        at += chunkAt;
        return cut && status is not UnpackStatus.TooLarge && chunkAt >= chunk.Length
            ? (UnpackStatus.Truncated, $"a chunk has {length:N0} bytes, {chunk.Length:N0} are there")
            : (status, seen);
    }

    private (UnpackStatus Status, string Seen) Chunk(ReadOnlySpan<byte> chunk, ref int at, PlainWindow window, long goal, long dictionary)
    {
        if (!_decoder.Begin(chunk, ref at))
        {
            at = Math.Min(5, chunk.Length);
            return (UnpackStatus.Damaged, "a chunk does not begin with 0");
        }
        while (window.Total < goal)
        {
            window.Room(1);
            int limit = (int)Math.Min(window.Limit, window.Position + (goal - window.Total));
            LzmaOutcome outcome = _decoder.Run(chunk, ref at, window, limit);
            if (outcome == LzmaOutcome.Damaged && window.Forgot(dictionary))
                return (UnpackStatus.TooLarge, $"the dictionary has {dictionary:N0} bytes");
            if (outcome != LzmaOutcome.Filled)
                return (UnpackStatus.Damaged, $"after {window.Total:N0} plain bytes of the block the chunk cannot be followed");
            if (window.Exceeded)
                return (UnpackStatus.TooLarge, "");
        }
        return window.Total == goal && _decoder.Normalise(chunk, ref at) && _decoder.Finished && at == chunk.Length
            ? (UnpackStatus.Ok, "")
            : (UnpackStatus.Damaged, $"a chunk does not end where its {chunk.Length:N0} bytes do");
    }
}
