using System.Diagnostics;
using Unbrick.Recovery.Loaders;

namespace Unbrick.Cli.Commands;

/// <summary>A command of the user's that switches the device: <c>on</c> or <c>cycle</c> is its last word.</summary>
/// <param name="command">It.</param>
internal sealed class CommandPower(string command) : IPowerSwitch
{
    /// <summary>What <c>--power</c> names: a command, or a socket; null when a person does it.</summary>
    public static IPowerSwitch? Of(string? text) => text switch
    {
        null => null,
        _ when text.StartsWith("unix:", StringComparison.Ordinal) => new SocketPower(text["unix:".Length..]),
        _ => new CommandPower(text),
    };

    public async Task<string?> SwitchAsync(PowerAction action, CancellationToken ct)
    {
        string word = action == PowerAction.On ? "on" : "cycle";
        ProcessStartInfo start = OperatingSystem.IsWindows()
            ? new("cmd.exe", ["/d", "/c", $"{command} {word}"])
            : new("/bin/sh", ["-c", $"{command} \"$1\"", "sh", word]);
        try
        {
            using Process process = Process.Start(start)!;
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0 ? null : $"{command} {word} ended with {process.ExitCode}";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            return e.Message;
        }
    }
}
