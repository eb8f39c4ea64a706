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
internal sealed class EspLine(EspBench bench, VirtualTime boardTime, TimeProvider time, bool paced) : ILiveLine
{
    private const int BufferSize = 0x1_0000;

    private readonly byte[] _heard = new byte[BufferSize];
    private readonly SimEspPort _port = Opened(bench);
    private long _last = time.GetTimestamp();

    public ISerialPort Port => _port;

    public bool Pass(IBufferWriter<byte> said)
    {
        long now = time.GetTimestamp();
        TimeSpan left = time.GetElapsedTime(_last, now);
        _last = now;
        return Take(left, said);
    }

    public bool Answer(IBufferWriter<byte> said)
    {
        if (!paced)
            bench.Settle();
        return Take(TimeSpan.Zero, said);
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
