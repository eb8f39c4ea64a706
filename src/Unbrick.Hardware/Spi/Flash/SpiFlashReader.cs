using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Flash;

/// <summary>
/// Reads in pieces of 64 KiB, so that a read can be stopped, shown and taken up again, with the id of the chip between them: a contact that
/// is lost for some commands reads FF or 00 like an empty chip, and nothing else would tell.
/// </summary>
internal sealed class SpiFlashReader(ISpiMaster master, SpiAddressing addressing, IdCheck id)
{
    /// <summary>Bytes in a piece.</summary>
    public const int Piece = 0x1_0000;

    public ReadResult Read(int address, Memory<byte> into, Action<int>? progress, CancellationToken cancellation)
    {
        ImmutableArray<(int, int)>.Builder doubtful = ImmutableArray.CreateBuilder<(int, int)>();
        int most = Math.Clamp(master.Info.MaxRead, 1, Piece);
        int done = 0;
        bool sure = id.IsThere();
        while (done < into.Length && !cancellation.IsCancellationRequested)
        {
            int start = done;
            int end = (int)Math.Min(into.Length, (long)start + addressing.Reach(address + start));
            addressing.Enter(address + start);
            master.Queue(Transfers(start, end), Told);

            IEnumerable<SpiTransfer> Transfers(int from, int to)
            {
                for (int piece = from; piece < to; piece = Math.Min(to, piece + Piece))
                {
                    int pieceEnd = Math.Min(to, piece + Piece);
                    for (int at = piece; at < pieceEnd; at += most)
                        yield return new(addressing.Read(address + at), into.Slice(at, Math.Min(most, pieceEnd - at)));
                    yield return id.Transfer();
                }
            }

            bool Told(SpiTransfer transfer)
            {
                if (transfer.Write.Span[0] != NorOpcode.ReadId)
                {
                    done += transfer.Read.Length;
                    return true;
                }
                bool stillSure = id.IsRight(transfer.Read.Span);
                if (!sure || !stillSure)
                    doubtful.Add((address + start, done - start));
                sure = stillSure;
                start = done;
                progress?.Invoke(done);
                return !cancellation.IsCancellationRequested;
            }
        }
        return new(done, doubtful.ToImmutable());
    }
}
