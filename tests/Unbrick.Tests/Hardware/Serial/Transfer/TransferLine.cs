using Unbrick.Hardware.Serial.Transfer;

namespace Unbrick.Tests.Hardware.Serial.Transfer;

/// <summary>A sender and a receiver on a line that takes its time for each byte and spoils some of them, by a seed.</summary>
internal sealed class TransferLine(IFileSender sender, IFileReceiver receiver, int baud = 115200, int seed = 1)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<(bool Down, byte One), (TimeSpan At, long Order)> _line = new();
    private readonly TimeSpan[] _free = new TimeSpan[2];
    private long _order;

    public double Drop { get; init; }

    public double Flip { get; init; }

    public double Double { get; init; }

    /// <summary>How long a byte is under way besides its own length.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>What the receiving side printed before.</summary>
    public string Before { get; init; } = "";

    public TimeSpan Now { get; private set; }

    /// <summary>Runs until both are done, or an hour is over.</summary>
    public void Run()
    {
        foreach (char c in Before)
            Put(down: false, [(byte)c], spoil: false);
        TimeSpan end = TimeSpan.FromHours(1);
        while (Now < end)
        {
            TimeSpan? a = Ask(sender.Next, down: true), b = Ask(receiver.Next, down: false);
            if (_line.TryPeek(out _, out (TimeSpan At, long Order) key))
            {
                TimeSpan next = key.At;
                if (a < next)
                    next = a.Value;
                if (b < next)
                    next = b.Value;
                Now = next > Now ? next : Now;
                while (_line.TryPeek(out (bool Down, byte One) item, out key) && key.At <= Now)
                {
                    _line.Dequeue();
                    if (item.Down)
                        receiver.Take([item.One], Now);
                    else
                        sender.Take([item.One], Now);
                }
                continue;
            }
            if (a is null)
                return;
            Now = b < a ? b.Value : a.Value;
        }
    }

    private delegate ReadOnlyMemory<byte> NextPacket(TimeSpan now, out TimeSpan? wakeAt);

    private TimeSpan? Ask(NextPacket next, bool down)
    {
        TimeSpan? wakeAt;
        ReadOnlyMemory<byte> packet;
        while (!(packet = next(Now, out wakeAt)).IsEmpty)
            Put(down, packet.Span, spoil: true);
        return wakeAt;
    }

    private void Put(bool down, ReadOnlySpan<byte> bytes, bool spoil)
    {
        foreach (byte one in bytes)
        {
            ref TimeSpan free = ref _free[down ? 1 : 0];
            free = (free > Now ? free : Now) + TimeSpan.FromSeconds(10.0 / baud);
            if (spoil && _random.NextDouble() < Drop)
                continue;
            byte sent = spoil && _random.NextDouble() < Flip ? (byte)(one ^ 1 << _random.Next(8)) : one;
            for (int i = spoil && _random.NextDouble() < Double ? 2 : 1; i > 0; i--)
                _line.Enqueue((down, sent), (free + Latency, _order++));
        }
    }
}
