using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Recovery.Spi;

/// <summary>Reads a chip until two reads agree: behind a clip single bits tip over, and for moments there is no contact at all.</summary>
/// <param name="flash">The chip.</param>
public sealed class SteadyReader(SpiFlash flash)
{
    /// <summary>Reads of one stretch before it is given up; with one bit in 10,000 bytes wrong a sector agrees twice within four.</summary>
    private const int MostReads = 16;

    /// <summary>Ids in a row that prove a contact which was lost.</summary>
    private const int IdsInARow = 16;

    /// <summary>Ids asked before a contact counts as gone: a few seconds on a slow programmer.</summary>
    private const int MostIds = 4096;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    /// <summary>Stretches of 64 KiB and sectors whose reads did not agree at first.</summary>
    public int Disagreements { get; private set; }

    /// <summary>
    /// Reads once, and again what was read while the contact was lost; false when it does not come back, or when it was stopped.
    /// </summary>
    public bool Read(int address, Memory<byte> into, Action<int>? progress, CancellationToken ct)
    {
        ReadResult read = flash.Read(address, into, progress, ct);
        for (int again = 0; again < MostReads && read.Bytes == into.Length; again++)
        {
            if (read.Doubtful.IsEmpty)
                return true;
            if (!Reconnect(ct))
                return false;
            (int Address, int Length)[] doubtful = [.. read.Doubtful];
            read = new ReadResult(into.Length, []);
            foreach ((int at, int length) in doubtful)
            {
                ReadResult one = flash.Read(at, into.Slice(at - address, length), null, ct);
                read = new ReadResult(one.Bytes == length ? into.Length : 0, read.Doubtful.AddRange(one.Doubtful));
            }
        }
        return false;
    }

    /// <summary>
    /// Makes <paramref name="first"/>, which was read before, agree with a second read; what differs is read until two reads are equal.
    /// </summary>
    /// <returns>False when that does not come about.</returns>
    public bool Prove(int address, Memory<byte> first, CancellationToken ct)
    {
        byte[] second = new byte[first.Length];
        if (!Read(address, second, null, ct))
            return false;
        if (first.Span.SequenceEqual(second))
            return true;
        Disagreements++;
        for (int at = 0; at < second.Length; at += SectorSet.Sector)
        {
            int length = Math.Min(SectorSet.Sector, second.Length - at);
            if (first.Span.Slice(at, length).SequenceEqual(second.AsSpan(at, length)))
                continue;
            if (!Settle(address + at, first.Slice(at, length), second.AsMemory(at, length), ct))
                return false;
        }
        return true;
    }

    /// <summary>The chip holds those bytes in these sectors; what seems to differ is read until two reads agree.</summary>
    /// <returns>False, too, when the contact did not hold.</returns>
    public bool Holds(ReadOnlyMemory<byte> bytes, IEnumerable<int> sectors, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sectors);
        byte[] read = new byte[SectorSet.Sector];
        foreach (int at in sectors)
        {
            Memory<byte> here = read.AsMemory(0, Math.Min(read.Length, bytes.Length - at));
            ReadOnlySpan<byte> wanted = bytes.Span.Slice(at, here.Length);
            if (!Read(at, here, null, ct))
                return false;
            if (!here.Span.SequenceEqual(wanted) && (!Prove(at, here, ct) || !here.Span.SequenceEqual(wanted)))
                return false;
        }
        return true;
    }

    /// <summary>The chip answers again as itself, sixteen times in a row; false when it does not within some seconds.</summary>
    public bool Reconnect(CancellationToken ct)
    {
        int inARow = 0;
        for (int i = 0; i < MostIds && inARow < IdsInARow && !ct.IsCancellationRequested; i++)
            inARow = flash.IsThere() ? inARow + 1 : 0;
        return inARow == IdsInARow && flash.WaitIdle(s_idle) == FlashOutcome.Done;
    }

    /// <summary>Two reads of a sector differ: more of them, until one that came before comes again. It wins into <paramref name="one"/>.</summary>
    private bool Settle(int address, Memory<byte> one, ReadOnlyMemory<byte> other, CancellationToken ct)
    {
        List<ReadOnlyMemory<byte>> seen = [one.ToArray(), other];
        while (seen.Count < MostReads)
        {
            byte[] next = new byte[one.Length];
            if (!Read(address, next, null, ct))
                return false;
            if (seen.Exists(before => before.Span.SequenceEqual(next)))
            {
                next.CopyTo(one);
                return true;
            }
            seen.Add(next);
        }
        return false;
    }
}
