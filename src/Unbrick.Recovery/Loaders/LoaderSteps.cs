using System.Collections.Immutable;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Loaders.Steps;

namespace Unbrick.Recovery.Loaders;

/// <summary>Turns a job file into steps. Everything that can be wrong with it is found here, before a key is pressed.</summary>
public static class LoaderSteps
{
    /// <summary>The steps of a job.</summary>
    /// <param name="name">The job's name, for messages.</param>
    /// <param name="job">The job.</param>
    /// <exception cref="UnbrickException">It cannot be carried out.</exception>
    public static ImmutableArray<ILoaderStep> Of(string name, ConsoleJobFile job)
    {
        ArgumentNullException.ThrowIfNull(job);
        List<ILoaderStep> steps = [];
        foreach (ConsoleJobStep step in job.Steps)
            steps.Add(Of(name, step, first: !steps.OfType<StopStep>().Any()));
        return [.. steps];
    }

    private static ILoaderStep Of(string job, ConsoleJobStep step, bool first)
    {
        switch (step.Do)
        {
            case "power-on-and-stop-autoboot":
                return new StopStep(first ? PowerAction.On : PowerAction.Cycle);
            case "setenv":
                string name = Text(step.Name, "name");
                return SetStep.IsName(name) && SetStep.IsValue(step.Value) ? new SetStep(name, step.Value) : throw Wrong("its name or value cannot be typed");
            case "saveenv":
                return new SaveStep();
            case "load":
                string path = Text(step.File, "file");
                if (!Enum.TryParse(step.Protocol ?? "ymodem", true, out LoadProtocol protocol))
                    throw Wrong($"protocol {step.Protocol}");
                foreach (string? word in (string?[])[step.TftpName, step.Ipaddr, step.Serverip])
                {
                    if (word is not null && !IsWord(word))
                        throw Wrong($"{word} cannot be typed");
                }
                return new LoadStep(ImageFile.Read(path), Path.GetFileName(path), Number(step.Address, "address"), new LoadWay(protocol, step.TftpName, step.Ipaddr, step.Serverip));
            case "dump":
                return new DumpStep(Number(step.Address, "address"), Positive(step.Length, "length"), Text(step.To, "to"));
            case "flash-write":
                long sector = Positive(step.Sector, "sector"), at = Number(step.Address, "address");
                FlashDialect dialect = LoaderLibrary.Flash.FirstOrDefault(d => d.Id == (step.Flash ?? "mapped")) ?? throw Wrong($"flash {step.Flash}");
                if (at % sector != 0)
                    throw Wrong("its address is not that of a sector");
                return new FlashStep(new FlashPlace(at, Positive(step.Length, "length"), sector, Number(step.Source, "source"), dialect));
            case "run":
                return new RunStep(Text(step.Command, "command"), TimeSpan.FromSeconds(60));
            case "report":
                return new ReportStep(Text(step.To, "to"));
            default:
                throw Wrong("no such step");
        }

        UnbrickException Wrong(string reason) => ConsoleJobFile.Invalid(job, $"{step.Do}: {reason}");

        string Text(string? text, string what) => text is { Length: > 0 } ? text : throw Wrong($"it lacks {what}");

        long Number(long? number, string what) => number is >= 0 ? number.Value : throw Wrong($"it lacks {what}");

        long Positive(long? number, string what) => number is > 0 and < 1L << 32 ? number.Value : throw Wrong($"it lacks {what}");
    }

    private static bool IsWord(string text) => text.Length is > 0 and < 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/');
}
