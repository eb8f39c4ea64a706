using System.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Sim;
using Unbrick.Sim.Consoles;

namespace Unbrick.Tests.Sim.Consoles;

/// <summary>A simulated console with a host that types and waits for texts.</summary>
internal sealed class Bench
{
    private readonly byte[] _buffer = new byte[4096];
    private readonly StringBuilder _all = new();
    private int _seen;

    public Bench(string address)
    {
        Time = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Console = ConsoleSims.OpenBench(address, Time);
        Port = Console.Port;
    }

    public VirtualTime Time { get; }

    public ConsoleBench Console { get; }

    public ConsoleDevice Device => Console.Device;

    public ConsolePort Port { get; }

    public string All => _all.ToString();

    public void Type(string text) => Port.Write(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads until a text comes; what was before it since the last call.</summary>
    public string Until(string text, double seconds = 60)
    {
        TimeSpan end = Time.Elapsed + TimeSpan.FromSeconds(seconds);
        while (true)
        {
            int at = All.IndexOf(text, _seen, StringComparison.Ordinal);
            if (at >= 0)
            {
                string before = All[_seen..at];
                _seen = at + text.Length;
                return before;
            }
            Assert.True(Time.Elapsed < end, $"no '{text}' in: {All[_seen..]}");
            Listen(0.05);
        }
    }

    public void Listen(double seconds)
    {
        TimeSpan end = Time.Elapsed + TimeSpan.FromSeconds(seconds);
        while (Time.Elapsed < end && Port.Read(_buffer, end - Time.Elapsed, out int count) is var read && read != SerialRead.Gone)
        {
            if (read == SerialRead.Data)
                _all.Append(Encoding.Latin1.GetString(_buffer, 0, count));
        }
    }

    /// <summary>Sends a key sixteen times a second until a text comes; false when it does not.</summary>
    public bool Stop(string key, string prompt, double seconds = 20)
    {
        TimeSpan end = Time.Elapsed + TimeSpan.FromSeconds(seconds);
        while (Time.Elapsed < end)
        {
            Type(key);
            Listen(0.06);
            int at = All.IndexOf(prompt, _seen, StringComparison.Ordinal);
            if (at < 0)
                continue;
            _seen = at + prompt.Length;
            return true;
        }
        return false;
    }

    /// <summary>A command at a prompt; its answer without the echo.</summary>
    public string Run(string command, string prompt, double seconds = 60)
    {
        Type(command + "\r");
        Until("\n", seconds);
        return Until(prompt, seconds).Replace("\r", "", StringComparison.Ordinal);
    }
}
