using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.OpenWrt;

// Chunks stand one after the other at the end of a file and are read backwards from there. Data, then 16 bytes, big-endian (OpenWrt
// package/system/fwtool/src/fwimage.h, fwtool.c, crc32.h):
//   00 4 magic "FWx0"   04 4 CRC of every byte of the file before this trailer, not inverted   08 1 type   09 3 zero
//   0C 4 size of data and trailer
// The data of metadata begin with 8 zero bytes (version and flags), then comes JSON. The signature is what usign or ucert gave.

/// <summary>What OpenWrt's fwtool appends to an image: metadata for sysupgrade and a signature.</summary>
public sealed record FwTool
{
    /// <summary>Honest files have two; more are not looked for.</summary>
    private const int MostChunks = 32;

    private const int MetadataHeader = 8;

    /// <summary>In the order in which they are read: the last one of the file first.</summary>
    public required ImmutableArray<FwToolChunk> Chunks { get; init; }

    /// <summary>Bytes before the first chunk of the file.</summary>
    public required int PayloadLength { get; init; }

    /// <summary>What the metadata say; null when there are none or they cannot be read (<see cref="MetadataError"/>).</summary>
    public SysupgradeMetadata? Metadata { get; init; }

    /// <summary>Why the metadata that are there cannot be read.</summary>
    public string? MetadataError { get; init; }

    /// <summary>A trailer before the payload's end says a size that cannot be; it and all before it count as payload.</summary>
    public uint? ImpossibleSize { get; init; }

    /// <summary>Where metadata stand whose trailer is not there: the end of the file was cut off.</summary>
    public int? CutMetadataAt { get; init; }

    /// <summary>By whom it is signed, as far as the signature says so.</summary>
    internal FwToolSignature? Signer { get; init; }

    public bool HasSignature => Chunks.Any(chunk => chunk.Type == FwToolChunk.Signature);

    public bool HasMetadata => Chunks.Any(chunk => chunk.Type == FwToolChunk.Metadata);

    private static ReadOnlySpan<byte> Magic => "FWx0"u8;

    /// <summary>The chunks at the end of a file; none when it does not end with a trailer.</summary>
    public static FwTool Read(ReadOnlySpan<byte> file)
    {
        List<FwToolChunk> found = [];
        int end = file.Length;
        uint? impossible = null;
        while (found.Count < MostChunks && end >= FwToolChunk.TrailerSize && file[..end].Has(Magic, end - FwToolChunk.TrailerSize))
        {
            ReadOnlySpan<byte> trailer = file.Slice(end - FwToolChunk.TrailerSize, FwToolChunk.TrailerSize);
            uint size = trailer.Be32(0xC);
            if (size < FwToolChunk.TrailerSize || size > end)
            {
                impossible = size;
                break;
            }
            found.Add(new(trailer[8], end - (int)size, end, trailer.Be32(4), 0));
            end -= (int)size;
        }
        ImmutableArray<FwToolChunk> chunks = WithCrcs(file, found);
        FwTool tool = new()
        {
            Chunks = chunks,
            PayloadLength = end,
            ImpossibleSize = impossible,
            CutMetadataAt = found.Count == 0 && impossible is null ? FindCutMetadata(file) : null,
        };
        foreach (FwToolChunk chunk in chunks)
        {
            if (chunk.Type == FwToolChunk.Signature && tool.Signer is null)
                tool = tool with { Signer = FwToolSignature.Read(file.Slice(chunk.Start, chunk.DataLength)) };
            if (chunk.Type != FwToolChunk.Metadata)
                continue;
            ReadOnlySpan<byte> data = file.Slice(chunk.Start, chunk.DataLength);
            SysupgradeMetadata? metadata = SysupgradeMetadata.TryRead(data[Math.Min(MetadataHeader, data.Length)..], out string? error);
            return tool with { Metadata = metadata, MetadataError = error };
        }
        return tool;
    }

    /// <summary>The payload with metadata behind it, as <c>fwtool -I</c> makes it.</summary>
    public static byte[] Append(ReadOnlySpan<byte> payload, string metadataJson)
    {
        ArgumentNullException.ThrowIfNull(metadataJson);
        byte[] json = Encoding.UTF8.GetBytes(metadataJson);
        byte[] written = new byte[payload.Length + MetadataHeader + json.Length + FwToolChunk.TrailerSize];
        payload.CopyTo(written);
        json.CopyTo(written.AsSpan(payload.Length + MetadataHeader));
        WriteTrailer(written, payload.Length, written.Length, FwToolChunk.Metadata, uint.MaxValue, 0);
        return written;
    }

    /// <summary>A file whose chunks are these, with the size and CRC of each of them computed anew.</summary>
    internal void Rewrite(Span<byte> file)
    {
        uint state = uint.MaxValue;
        int done = 0;
        foreach (FwToolChunk chunk in Chunks.Reverse())
        {
            state = WriteTrailer(file, chunk.Start, chunk.End, chunk.Type, state, done);
            done = chunk.End;
        }
    }

    /// <summary>Writes the trailer of a chunk; gives the state of the CRC behind it, so that no byte is gone over twice.</summary>
    private static uint WriteTrailer(Span<byte> file, int start, int end, byte type, uint state, int done)
    {
        Span<byte> trailer = file[(end - FwToolChunk.TrailerSize)..end];
        state = Crc32.Update(state, file[done..(end - FwToolChunk.TrailerSize)]);
        trailer.Clear();
        Magic.CopyTo(trailer);
        BinaryPrimitives.WriteUInt32BigEndian(trailer[4..], state);
        trailer[8] = type;
        BinaryPrimitives.WriteUInt32BigEndian(trailer[0xC..], (uint)(end - start));
        return Crc32.Update(state, trailer);
    }

    private static int? FindCutMetadata(ReadOnlySpan<byte> file)
    {
        int from = Math.Max(0, file.Length - SysupgradeMetadata.Longest);
        int at = file[from..].LastIndexOf("{\"metadata_version\":"u8);
        if (at < 0)
            at = file[from..].LastIndexOf("{  \"metadata_version\":"u8);
        return at < 0 ? null : from + at;
    }

    private static ImmutableArray<FwToolChunk> WithCrcs(ReadOnlySpan<byte> file, List<FwToolChunk> found)
    {
        ImmutableArray<FwToolChunk>.Builder chunks = ImmutableArray.CreateBuilder<FwToolChunk>(found.Count);
        uint state = uint.MaxValue;
        int done = 0;
        for (int i = found.Count - 1; i >= 0; i--)
        {
            state = Crc32.Update(state, file[done..(found[i].End - FwToolChunk.TrailerSize)]);
            done = found[i].End - FwToolChunk.TrailerSize;
            chunks.Add(found[i] with { Computed = state });
        }
        chunks.Reverse();
        return chunks.DrainToImmutable();
    }
}
