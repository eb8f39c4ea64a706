using System.Diagnostics;
using System.Text;
using Unbrick.E2E.Native;

namespace Unbrick.E2E.Lab;

/// <summary>How a program ended, and what it said.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit code {ExitCode}\n--- output\n{Output}\n--- errors\n{Errors}";
}

/// <summary>A program that a test started: it is ended, by its process id, when the test is over.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly string _command;

    private Peer(Process process, string command)
    {
        _process = process;
        _command = command;
        process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote to standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors => Text(_errors);

    public static Peer Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(Needs.Find(command[0]) ?? command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] += ":/usr/local/sbin:/usr/sbin:/sbin";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new(new() { StartInfo = start }, string.Join(' ', command));
    }

    /// <summary>Starts a program and waits for its end.</summary>
    public static async Task<Ended> RunAsync(
        IReadOnlyList<string> command, TimeSpan limit, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using Peer peer = Start(command, environment);
        return await peer.EndAsync(limit);
    }

    public void Send(int signal) => Signal.Send(Pid, signal);

    /// <summary>Waits until the program ends by itself; a <see cref="TimeoutException"/> says what it wrote until then.</summary>
    public async Task<Ended> EndAsync(TimeSpan limit)
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        late.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(late.Token); // also waits for the end of both streams
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"{_command}\ndid not end within {limit.TotalSeconds} s\n--- output\n{Output}\n--- errors\n{Errors}");
        }
        return new(_process.ExitCode, Output, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Send(Signal.Terminate);
            using CancellationTokenSource late = new(TimeSpan.FromSeconds(10)); // the lab's scripts take their namespaces down
            try
            {
                await _process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        _process.Dispose();
    }

    private static void Add(StringBuilder to, string? line)
    {
        if (line is null)
            return;
        lock (to)
            to.Append(line).Append('\n');
    }

    private static string Text(StringBuilder from)
    {
        lock (from)
            return from.ToString();
    }
}
