using System.Buffers.Binary;

namespace Unbrick.Hardware.Spi.Spidev;

/// <summary>
/// Several chip-selects as one message of spidev (linux/spi/spidev.h): each is a transfer that sends and one that receives, and at its end
/// <c>cs_change</c> lets the chip-select rise for a moment. The kernel takes as many bytes of each direction as its <c>bufsiz</c> says, lengths
/// rounded up to what its memory for DMA is made of (drivers/spi/spidev.c).
/// <code>
///  0 u64 sent from    8 u64 received into   16 u32 length   20 u32 hertz   24 u16 delay, us
/// 26 u8 bits of a word   27 u8 cs_change    28 u8 wires out   29 u8 wires in   30 u8 delay of words   31 u8 0
/// </code>
/// </summary>
internal sealed class SpidevBatch(int room)
{
    /// <summary>Bytes of one <c>struct spi_ioc_transfer</c>.</summary>
    public const int EntrySize = 32;

    /// <summary>The size of a message has 14 bits in the number of its ioctl.</summary>
    public const int MostEntries = ((1 << 14) - 1) / EntrySize;

    private const int Rounding = 128; // ARCH_DMA_MINALIGN of arm64; others have less
    private const int SentAt = 0, ReceivedAt = 8, LengthAt = 16, ChangeAt = 27;

    private readonly byte[] _entries = GC.AllocateArray<byte>(MostEntries * EntrySize, pinned: true);
    private readonly byte[] _sent = GC.AllocateArray<byte>(room, pinned: true);
    private readonly byte[] _received = GC.AllocateArray<byte>(room, pinned: true);
    private readonly List<SpiTransfer> _transfers = [];
    private int _count, _sentBytes, _receivedBytes, _sentRoom, _receivedRoom;

    /// <summary>What was added.</summary>
    public IReadOnlyList<SpiTransfer> Transfers => _transfers;

    /// <summary>The <c>struct spi_ioc_transfer</c>s; they stay at their place in memory.</summary>
    public Span<byte> Entries => _entries.AsSpan(0, _count * EntrySize);

    /// <summary>Where received bytes arrive.</summary>
    internal Span<byte> Received => _received;

    /// <summary>Where sent bytes lie.</summary>
    internal Span<byte> Sent => _sent;

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _transfers.Clear();
        (_count, _sentBytes, _receivedBytes, _sentRoom, _receivedRoom) = (0, 0, 0, 0, 0);
    }

    /// <summary>Adds a chip-select; false when there is no room for it.</summary>
    public unsafe bool TryAdd(SpiTransfer transfer)
    {
        (int write, int read) = (transfer.Write.Length, transfer.Read.Length);
        int entries = read > 0 ? 2 : 1;
        bool fits = _count + entries <= MostEntries
            && _sentRoom + RoundUp(write) <= room && _receivedRoom + RoundUp(read) <= room
            && _sentBytes + write <= room && _receivedBytes + read <= room;
        if (!fits && _count > 0)
            return false;
        if (_count > 0)
            _entries[((_count - 1) * EntrySize) + ChangeAt] = 1;
        transfer.Write.Span.CopyTo(_sent.AsSpan(_sentBytes));
        fixed (byte* sent = _sent, received = _received)
        {
            Add(SentAt, (nint)(sent + _sentBytes), write);
            if (read > 0)
                Add(ReceivedAt, (nint)(received + _receivedBytes), read);
        }
        (_sentBytes, _receivedBytes) = (_sentBytes + write, _receivedBytes + read);
        (_sentRoom, _receivedRoom) = (_sentRoom + RoundUp(write), _receivedRoom + RoundUp(read));
        _transfers.Add(transfer);
        return true;
    }

    /// <summary>Hands what was received to the transfers.</summary>
    public void Share()
    {
        int at = 0;
        foreach (SpiTransfer transfer in _transfers)
        {
            _received.AsSpan(at, transfer.Read.Length).CopyTo(transfer.Read.Span);
            at += transfer.Read.Length;
        }
    }

    private static int RoundUp(int length) => (length + Rounding - 1) / Rounding * Rounding;

    private void Add(int pointerAt, nint address, int length)
    {
        Span<byte> entry = _entries.AsSpan(_count * EntrySize, EntrySize);
        entry.Clear();
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.WriteInt64LittleEndian(entry[pointerAt..], address);
            BinaryPrimitives.WriteInt32LittleEndian(entry[LengthAt..], length);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(entry[pointerAt..], address);
            BinaryPrimitives.WriteInt32BigEndian(entry[LengthAt..], length);
        }
        _count++;
    }
}
