using System.ComponentModel;
using System.Diagnostics;

namespace Unbrick.Net.Host;

/// <summary>What a program said.</summary>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">Both of its streams.</param>
internal readonly record struct CommandResult(int ExitCode, string Output);

/// <summary>Runs system programs.</summary>
internal static class CommandRunner
{
    /// <summary>Runs to the end. Throws <see cref="NetworkException"/> when the program cannot be started.</summary>
    public static CommandResult Run(HostCommand command)
    {
        ProcessStartInfo start = new(command.Program, command.Arguments)
        {
            RedirectStandardInput = true, // one that asks back gets an end of file instead of the user's keys
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        try
        {
            using Process process = Process.Start(start)
                ?? throw new NetworkException(NetworkFailure.NotSupported, $"{command.Program} could not be started");
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new(process.ExitCode, output + errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception e)
        {
            throw new NetworkException(NetworkFailure.NotSupported, $"{command.Program} could not be started: {e.Message}", e);
        }
    }
}
