using System.Buffers;
using Unbrick.Hardware.Serial.Linux;
using Unbrick.Sim.Esp;

namespace Unbrick.Cli.Sims;

/// <summary>The line of a simulated board on a pseudo-terminal, whose rate is the one that the program at its other end sets.</summary>
/// <param name="bench">The board.</param>
/// <param name="line">Its line.</param>
/// <param name="terminal">The pseudo-terminal.</param>
/// <param name="time">The real time.</param>
internal sealed class EspTerminal(EspBench bench, EspLine line, PseudoTerminal terminal, TimeProvider time)
{
    private const int BufferSize = 0x1_0000;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(3), s_quiet = TimeSpan.FromSeconds(0.5);

    /// <summary>Serves until it is cancelled, or the board's adapter is pulled out.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        ArrayBufferWriter<byte> said = new(BufferSize);
        byte[] buffer = new byte[BufferSize];
        long heard = time.GetTimestamp();
        bool unsaved = false, here = true;
        while (here && !ct.IsCancellationRequested)
        {
            int count = terminal.Read(buffer);
            if (terminal.Baud is > 0 and int baud && baud != line.Port.Baud)
                line.Port.TrySetBaud(baud);
            here = line.Pass(said);
            if (count > 0)
            {
                line.Port.Write(buffer.AsSpan(0, count));
                here = line.Answer(said);
                (heard, unsaved) = (time.GetTimestamp(), true);
            }
            terminal.Write(said.WrittenSpan);
            said.ResetWrittenCount();
            if (count > 0)
                continue;
            if (unsaved && time.GetElapsedTime(heard) > s_quiet)
            {
                bench.Save();
                unsaved = false;
            }
            await Task.Delay(s_slice, time, CancellationToken.None);
        }
        bench.Save();
    }
}
