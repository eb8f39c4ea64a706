using System.Collections.Concurrent;
using System.Diagnostics;
using Unbrick.Hardware.Serial;

namespace Unbrick.E2E.Lab;

/// <summary>A program on the other end of a line: its standard input and output.</summary>
internal sealed class ProcessLine : ISerialPort
{
    private readonly Process _process;
    private readonly BlockingCollection<byte[]> _arrived = [];
    private byte[] _rest = [];

    public ProcessLine(string folder, params string[] command)
    {
        ProcessStartInfo start = new(Needs.Find(command[0]) ?? command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        new Thread(Pump) { IsBackground = true }.Start();
    }

    public SerialPortInfo Info { get; } = new("program", false, false, false, TimeSpan.Zero);

    public int Baud => 115200;

    public SerialErrors? Errors => null;

    public bool TrySetBaud(int baud) => false;

    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        count = 0;
        if (_rest.Length == 0 && !_arrived.TryTake(out _rest!, wait))
        {
            _rest = [];
            return _arrived.IsCompleted ? SerialRead.Gone : SerialRead.Silent;
        }
        count = Math.Min(into.Length, _rest.Length);
        _rest.AsSpan(0, count).CopyTo(into);
        _rest = _rest[count..];
        return SerialRead.Data;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _process.StandardInput.BaseStream.Write(bytes);
            _process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            // It has ended, and reading says so.
        }
    }

    public bool SetLines(bool dtr, bool rts) => false;

    public bool SetBreak(bool on) => false;

    public void Discard() => _rest = [];

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public int Wait()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(20)), "the program did not end");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        _arrived.Dispose();
    }

    private void Pump()
    {
        try
        {
            byte[] buffer = new byte[4096];
            for (int count; (count = _process.StandardOutput.BaseStream.Read(buffer)) > 0;)
                _arrived.Add(buffer[..count]);
            _arrived.CompleteAdding();
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The test is over.
        }
    }
}
