using System.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Hardware.Serial.Linux;
using Unbrick.Sim.Consoles;

namespace Unbrick.E2E.Lab;

/// <summary>A simulated boot loader behind a serial port of this machine, in real time, for programs that know nothing of simulations.</summary>
internal sealed class ConsoleOnPort : IDisposable
{
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(2);

    private readonly PseudoTerminal _terminal = PseudoTerminal.Create(null);
    private readonly ISerialPort _board;
    private readonly Thread _pump;
    private readonly StringBuilder _said = new();
    private volatile bool _over;

    /// <summary>Starts it.</summary>
    /// <param name="address">The address of the simulation.</param>
    public ConsoleOnPort(string address)
    {
        _board = ConsoleSims.Open(address, TimeProvider.System);
        _pump = new Thread(Pump) { IsBackground = true };
        _pump.Start();
    }

    /// <summary>The port.</summary>
    public string Path => _terminal.Path;

    /// <summary>Waits until the board has printed something; what it printed up to there does not count the next time.</summary>
    public async Task HearAsync(string text, TimeSpan limit)
    {
        DateTime end = DateTime.UtcNow + limit;
        while (true)
        {
            lock (_said)
            {
                string said = _said.ToString();
                int at = said.IndexOf(text, StringComparison.Ordinal);
                if (at >= 0)
                {
                    _said.Remove(0, at + text.Length);
                    return;
                }
                Assert.True(DateTime.UtcNow < end, $"no {text} in: {said}");
            }
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        _over = true;
        _pump.Join();
        _board.Dispose();
        _terminal.Dispose();
    }

    private void Pump()
    {
        byte[] buffer = new byte[4096];
        while (!_over)
        {
            int typed = _terminal.Read(buffer);
            if (_terminal.Baud is > 0 and int baud && baud != _board.Baud)
                _board.TrySetBaud(baud);
            if (typed > 0)
                _board.Write(buffer.AsSpan(0, typed));
            if (_board.Read(buffer, s_slice, out int count) == SerialRead.Gone)
                return;
            _terminal.Write(buffer.AsSpan(0, count));
            lock (_said)
                _said.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }
}
