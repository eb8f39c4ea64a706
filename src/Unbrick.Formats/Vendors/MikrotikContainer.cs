using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Little-endian (openwrt/firmware-utils src/npk_pack_kernel.c): 00 2 id, 02 4 length, 06 content.

/// <summary>One container of a MikroTik package; offsets count from the beginning of the package.</summary>
internal sealed record MikrotikContainer(ushort Id, int Start, int Length, uint Announced)
{
    public const int HeaderSize = 6;

    /// <summary>Files in a zlib stream.</summary>
    public const ushort Files = 4;

    public const ushort SquashFs = 21;

    /// <summary>Zeros that bring the next content to a multiple of 4 KiB.</summary>
    public const ushort Padding = 22;

    /// <summary>The ids in use are below this.</summary>
    private const ushort HighestId = 0x40;

    /// <summary>Packages have some dozen containers.</summary>
    private const int Most = 256;

    public string Name => Id switch
    {
        Files => "files",
        SquashFs => "squashfs",
        _ => $"container {Id}",
    };

    /// <summary>The containers from <paramref name="at"/> on; <paramref name="tiled"/> when they end exactly at <paramref name="end"/>.</summary>
    public static ImmutableArray<MikrotikContainer> ReadAll(ReadOnlySpan<byte> bytes, int at, long end, out bool tiled)
    {
        ImmutableArray<MikrotikContainer>.Builder containers = ImmutableArray.CreateBuilder<MikrotikContainer>();
        long next = at;
        while (next < end && next + HeaderSize <= bytes.Length && containers.Count < Most)
        {
            ushort id = bytes.Le16((int)next);
            uint length = bytes.Le32((int)next + 2);
            long start = next + HeaderSize;
            if (id is 0 or >= HighestId || start + length > end)
                break;
            containers.Add(new(id, (int)start, (int)Math.Min(length, bytes.Length - start), length));
            next = start + length;
        }
        tiled = containers.Count > 0 && next == end && end <= bytes.Length;
        return containers.DrainToImmutable();
    }

    /// <summary>Header and content at their place.</summary>
    public void Write(Span<byte> written, ReadOnlySpan<byte> bytes)
    {
        Span<byte> header = written[(Start - HeaderSize)..];
        BinaryPrimitives.WriteUInt16LittleEndian(header, Id);
        BinaryPrimitives.WriteUInt32LittleEndian(header[2..], (uint)Length);
        bytes.Slice(Start, Length).CopyTo(written[Start..]);
    }
}
