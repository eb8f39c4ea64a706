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
            int asked = start;
            bool isId = false;
            addressing.Enter(address + start);
            master.Queue(Transfers(), Told);

            IEnumerable<SpiTransfer> Transfers()
            {
                while (asked < end)
                {
                    int length = Math.Min(most, end - asked);
                    yield return new(addressing.Read(address + asked), into.Slice(asked, length));
                    asked += length;
                    yield return id.Transfer();
                }
            }

            bool Told(SpiTransfer transfer)
            {
                if (isId)
                {
                    bool stillSure = id.IsRight(transfer.Read.Span);
                    if (!sure || !stillSure)
                        doubtful.Add((address + start, done - start));
                    sure = stillSure;
                    progress?.Invoke(done);
                    isId = false;
                    return !cancellation.IsCancellationRequested;
                }
                start = done;
                done += transfer.Read.Length;
                isId = true;
                return true;
            }
        }
        return new(done, doubtful.ToImmutable());
    }
}
