using System.Text.RegularExpressions;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Sets a variable, and reads it back.</summary>
/// <param name="name">Its name.</param>
/// <param name="value">Its value; null removes it.</param>
public sealed partial class SetStep(string name, string? value) : ILoaderStep
{
    private const int MostTries = 4;

    /// <inheritdoc/>
    public string Do => "setenv";

    /// <summary>Whether a name can be typed.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Whether a value can be typed.</summary>
    public static bool IsValue(string? value) => value is null || Value().IsMatch(value);

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (Has(session))
        {
            session.FoundSaved |= !session.Unsaved.Contains(name) && session.Restarts > 0;
            return new StepProof("read back", $"{name} is set so already");
        }
        string typed = value is null ? $"setenv {name}" : $"setenv {name} {Quoted(session, value)}";
        for (int i = 0; i < MostTries; i++)
        {
            CommandOutput output = session.Shell.Run(typed);
            session.Unsaved.Add(name);
            if (output.IsUnknown)
                break;
            if (Has(session))
                return new StepProof("read back", value is null ? $"{name} is gone" : $"{name}={value}");
        }
        throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderSaidNo, [$"{name} has another value"], ("command", typed)), ExitCode.DeviceRefused);
    }

    private bool Has(LoaderSession session)
    {
        string wanted = $"{name}={value}", none = $"\"{name}\" not defined";
        CommandOutput output = session.Shell.Query(
            $"printenv {name}", o => o.Lines.Any(l => l.StartsWith(name + "=", StringComparison.Ordinal) || l.Contains("not defined", StringComparison.Ordinal)));
        return output.Lines.Any(l => value is null ? l.Contains(none, StringComparison.Ordinal) : l == wanted);
    }

    private static string Quoted(LoaderSession session, string value)
    {
        if (Plain().IsMatch(value))
            return value;
        // A simple command line takes ; for its own, and \; for a character.
        return session.Shell.HasMarkers ? $"'{value}'" : value.Replace(";", "\\;", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.\-]{1,64}$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[ -&(-~]{1,400}$")]
    private static partial Regex Value();

    [GeneratedRegex(@"^[\w.:/,=+@%\-]+$")]
    private static partial Regex Plain();
}
