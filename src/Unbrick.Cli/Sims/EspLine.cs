using System.Buffers;
using Unbrick.Hardware.Serial;
using Unbrick.Sim;
using Unbrick.Sim.Esp;

namespace Unbrick.Cli.Sims;

/// <summary>A simulated board whose time follows the real one, and runs ahead while a command is worked on unless it is paced.</summary>
/// <param name="bench">The board; its clock is <paramref name="boardTime"/>.</param>
/// <param name="boardTime">The clock of the board.</param>
/// <param name="time">The real time.</param>
/// <param name="paced">Bytes and flash take the time that they would take.</param>
internal sealed class EspLine(EspBench bench, VirtualTime boardTime, TimeProvider time, bool paced)
{
    private const int BufferSize = 0x1_0000;

    private readonly byte[] _heard = new byte[BufferSize];
    private readonly SimEspPort _port = Opened(bench);
    private long _last = time.GetTimestamp();

    /// <summary>The port of the board.</summary>
    public SimEspPort Port => _port;

    /// <summary>Lets the time that went by pass at the board, too, and takes what it said meanwhile; false when it is gone.</summary>
    public bool Pass(IBufferWriter<byte> into)
    {
        long now = time.GetTimestamp();
        TimeSpan left = time.GetElapsedTime(_last, now);
        _last = now;
        return Take(left, into);
    }

    /// <summary>After something was written: lets the board answer, and takes it; false when it is gone.</summary>
    public bool Answer(IBufferWriter<byte> into)
    {
        if (!paced)
            bench.Settle();
        return Take(TimeSpan.Zero, into);
    }

    private bool Take(TimeSpan left, IBufferWriter<byte> into)
    {
        while (true)
        {
            TimeSpan began = boardTime.Elapsed;
            SerialRead read = _port.Read(_heard, left, out int count);
            into.Write(_heard.AsSpan(0, count));
            if (read != SerialRead.Data)
                return read == SerialRead.Silent;
            left -= boardTime.Elapsed - began;
            if (left < TimeSpan.Zero)
                left = TimeSpan.Zero;
        }
    }

    private static SimEspPort Opened(EspBench bench)
    {
        SimEspPort port = bench.Connect();
        port.Discard();
        return port;
    }
}
