using System.Buffers;
using Unbrick.Hardware.Serial;
using Unbrick.Hardware.Serial.Linux;
using Unbrick.Sim.Consoles;

namespace Unbrick.Cli.Sims;

/// <summary>A simulated board in real time, with a switch for its power. One thread works on it; the switch may be pressed by another.</summary>
/// <param name="bench">The board; it is disposed with this.</param>
/// <param name="time">The real time.</param>
internal sealed class LiveConsole(ConsoleBench bench, TimeProvider time) : ILiveLine, IDisposable
{
    private const int BufferSize = 4096;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(3);

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _presses, _pressed;

    public ISerialPort Port => bench.Port;

    /// <summary>Off and on again.</summary>
    public void PressPower() => Interlocked.Increment(ref _presses);

    /// <summary>Obeys the switch, too.</summary>
    public bool Pass(IBufferWriter<byte> said)
    {
        SerialRead read;
        while ((read = bench.Port.Read(_buffer, TimeSpan.Zero, out int count)) == SerialRead.Data)
            said.Write(_buffer.AsSpan(0, count));
        if (Volatile.Read(ref _presses) is int presses && presses != _pressed)
        {
            _pressed = presses;
            bench.Device.PowerCycle(); // behind the reading, which brings the board's clock to now
        }
        return read != SerialRead.Gone;
    }

    public bool Answer(IBufferWriter<byte> said) => Pass(said);

    /// <summary>Serves a pseudo-terminal, whose rate is the one that the program at its other end sets, until it is cancelled.</summary>
    public async Task RunAsync(PseudoTerminal terminal, CancellationToken ct)
    {
        ArrayBufferWriter<byte> said = new(BufferSize);
        byte[] typed = new byte[BufferSize];
        bool here = true;
        while (here && !ct.IsCancellationRequested)
        {
            int count = terminal.Read(typed);
            if (terminal.Baud is > 0 and int baud && baud != Port.Baud)
                Port.TrySetBaud(baud);
            if (count > 0)
                Port.Write(typed.AsSpan(0, count));
            here = Pass(said);
            terminal.Write(said.WrittenSpan);
            said.ResetWrittenCount();
            if (count == 0)
                await Task.Delay(s_slice, time, CancellationToken.None);
        }
    }

    public void Dispose() => bench.Dispose();
}
