using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick console</c> does with a boot loader: jobs, commands, backups, variables, files, flash.</summary>
internal static class ConsoleJobCommands
{
    /// <summary>Adds <c>--job</c> to the command; what it does with it is the caller's.</summary>
    public static Option<string?> AddTo(Command command, CliConsole console)
    {
        Option<string?> job = new("--job") { Description = "Carry out the steps of a job file with the boot loader.", HelpName = "FILE" };
        command.Add(job);
        return job;
    }

    /// <summary>Carries out a job file.</summary>
    public static Task<int> RunJobAsync(string path, bool json, CliConsole console, CancellationToken ct)
    {
        JobRunner runner = new(console, json, console.Time);
        return runner.RunAsync("console-job", (events, stop) =>
        {
            string name = Path.GetFileName(path);
            ConsoleJobFile job = ConsoleJobFile.Parse(name, ImageFile.Read(path));
            IPowerSwitch? power = job.Ctl is string socket ? new SocketPower(socket) : null;
            string address = job.Baud is int baud && job.Tty is not null ? $"{job.Address}:{baud}" : job.Address;
            var steps = LoaderSteps.Of(name, job);
            events.Publish(new JobStarted("console", name));
            using ISerialPort port = SerialPorts.Open(address, console.Time);
            LoaderLine line = new(port, console.Time);
            return new LoaderJob(new LoaderBench(line, events, console.Time, power), steps).Run(stop);
        }, ct);
    }
}
