using System.Runtime.InteropServices;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary>What the commands on images have in common: problems become messages, Ctrl-C ends them without leaving half a file.</summary>
internal static class ImageRun
{
    /// <summary>Runs <paramref name="work"/>, which returns its result and says it in words when nobody wants JSON.</summary>
    public static Task<int> RunAsync(CliConsole console, bool json, Func<CancellationToken, CommandResult> work, CancellationToken ct)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        CommandResult result;
        try
        {
            result = work(stop.Token);
        }
        catch (UnbrickException e)
        {
            result = new ImageFailure { Exit = e.ExitCode, Diagnosis = [e.Problem] };
        }
        catch (OperationCanceledException)
        {
            result = new ImageFailure { Exit = ExitCode.Interrupted, Diagnosis = [ProblemCatalogue.Create(ProblemCode.Interrupted, [])] };
        }
        if (json)
            CommandJson.WriteLine(console.Out, result);
        else
            foreach (Problem problem in result.Diagnosis)
                ProblemText.Write(console, problem);
        return Task.FromResult(result.Exit);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>The device that is meant by this name.</summary>
    public static DeviceProfile Device(string query)
    {
        DeviceLibrary library = new(UserFolders.Devices);
        DeviceSearch found = library.Find(query);
        if (found.Best is { } best)
            return library.Get(best.Id)!;
        IEnumerable<string> seen = found.Matches.Take(8).Select(m => $"{m.Id}  {m.Name}");
        bool unknown = found.Matches.IsEmpty || found.Matches[0].Kind >= MatchKind.NearFile;
        throw new UnbrickException(
            unknown
                ? ProblemCatalogue.Create(ProblemCode.DeviceUnknown, seen, ("query", query), ("count", $"{library.Count:N0}"))
                : ProblemCatalogue.Create(
                    ProblemCode.DeviceUnclear, seen, ("query", query), ("count", $"{found.Matches.Length}"), ("example", found.Matches[0].Id)),
            ExitCode.NotFound);
    }
}
