using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Lines;
using Unbrick.Sim;
using Unbrick.Sim.Consoles;
using Unbrick.Sim.Esp;
using Unbrick.Sim.Lines;

namespace Unbrick.Cli;

/// <summary>Opens the serial line that an address names, simulated or real.</summary>
internal static class Ports
{
    private const string Sim = "sim:", Fault = "fault:";

    /// <summary>Simulated lines, by what knows them.</summary>
    private static readonly (Func<string, bool> IsSim, Func<string, TimeProvider, ISerialPort> Open)[] s_sims =
    [
        (LineSims.IsSim, (address, time) => LineSims.Open(address, (VirtualTime)time)),
        (EspSims.IsSim, EspSims.Open),
        (ConsoleSims.IsSim, ConsoleSims.Open),
    ];

    /// <summary>The clock that a line's waits are on: a simulated one has its own, which only moves while it is read.</summary>
    public static TimeProvider Clock(string uri, TimeProvider time) => LineSims.IsSim(uri) ? new VirtualTime(time.GetUtcNow()) : time;

    /// <summary>Takes faults apart from the line that they stand before: <c>fault:drop=1%:</c> and <c>/dev/ttyUSB0</c>.</summary>
    /// <param name="uri">As it was typed.</param>
    /// <returns>Faults, empty without any, and the line.</returns>
    public static (string Faults, string Line) Split(string uri)
    {
        int colon = uri.StartsWith(Fault, StringComparison.Ordinal) ? uri.IndexOf(':', Fault.Length) : -1;
        return colon < 0 ? ("", uri) : (uri[..(colon + 1)], uri[(colon + 1)..]);
    }

    /// <summary>Opens it.</summary>
    /// <param name="uri">As it was typed.</param>
    /// <param name="time">What <see cref="Clock"/> said.</param>
    /// <exception cref="UnbrickException">Says why it cannot be used, and who has it.</exception>
    public static ISerialPort Open(string uri, TimeProvider time)
    {
        foreach ((Func<string, bool> isSim, Func<string, TimeProvider, ISerialPort> open) in s_sims)
        {
            if (isSim(uri))
                return open(uri, time);
        }
        (string faults, string line) = Split(uri);
        if (faults.Length > 0)
        {
            ConsoleFaults bad = ConsoleFaults.Parse(faults[Fault.Length..^1]);
            FaultySerialPort.Check(bad);
            return new FaultySerialPort(Open(line, time), bad, time);
        }
        try
        {
            return uri.StartsWith(Sim, StringComparison.Ordinal)
                ? throw new SerialPortException(SerialStatus.NotFound, "there is no such simulation")
                : SerialPorts.Open(uri, time);
        }
        catch (SerialPortException e)
        {
            throw LineProblems.NotOpened(e, uri, e.Status == SerialStatus.Busy ? PortHolders.Name(uri) : null);
        }
    }
}
