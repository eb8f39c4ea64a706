using System.Text.RegularExpressions;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Saves the variables in flash.</summary>
public sealed partial class SaveStep : ILoaderStep
{
    private const int MostTries = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Do => "saveenv";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.FoundSaved && session.Unsaved.Count == 0)
            return new StepProof("read back", "the variables were found set after a start");
        CommandOutput output = new([], null, false);
        for (int i = 0; i < MostTries; i++)
        {
            bool before = session.HasChanged;
            session.HasChanged = true;
            output = session.Shell.Run("saveenv", s_patience);
            bool refused = output.Code is not (null or 0) || output.Has(Failed());
            if (!refused && !output.WasPoked && (output.Code == 0 || output.Has(Good())))
            {
                session.Unsaved.Clear();
                return new StepProof("answer", string.Join(" ", output.Lines.Where(l => l.Length > 0)).Trim());
            }
            if (output.IsUnknown)
                throw Lacks(session, before);
            if (refused)
                break;
        }
        throw new UnbrickException(
            ProblemCatalogue.Create(ProblemCode.LoaderSaidNo, output.Lines.TakeLast(4), ("command", "saveenv")), ExitCode.FailedAfterChange);
    }

    private static UnbrickException Lacks(LoaderSession session, bool changedBefore)
    {
        session.HasChanged = changedBefore;
        return new(ProblemCatalogue.Create(ProblemCode.LoaderLacks, [], ("command", "saveenv"), ("instead", "unbrick image edit, on a dump")), ExitCode.DeviceRefused);
    }

    [GeneratedRegex("(?i)failed|error|timeout|unknown command|not erased")]
    private static partial Regex Failed();

    [GeneratedRegex(@"(?i)^OK$|\bdone\b|^protected \d+ sectors")]
    private static partial Regex Good();
}
