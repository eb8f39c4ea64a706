using System.Text.RegularExpressions;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Reads variables.</summary>
/// <param name="name">One of them; null for all.</param>
public sealed partial class PrintStep(string? name) : ILoaderStep
{
    /// <inheritdoc/>
    public string Do => "printenv";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        CommandOutput output = session.Shell.Query(name is null ? "printenv" : $"printenv {name}", o => o.Lines.Count > 0 && !o.WasPoked && Variables(o).Length > 0);
        string[] lines = Variables(output);
        if (lines.Length == 0)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderSaidNo, output.Lines, ("command", $"printenv {name}")), ExitCode.DeviceRefused);
        return new StepProof("answer", lines.Length == 1 ? lines[0] : $"{lines.Length} variables") { Output = lines };
    }

    /// <summary>The variables in an answer: that of the name, or all of a list; none where it is something else.</summary>
    private string[] Variables(CommandOutput output)
    {
        if (name is not null)
            return [.. output.Lines.Where(l => l.StartsWith(name + "=", StringComparison.Ordinal))];
        string[] lines = [.. output.Lines.Where(l => Assignment().IsMatch(l))];
        return lines.Length * 2 >= output.Lines.Count(l => l.Trim().Length > 0) ? lines : [];
    }

    [GeneratedRegex(@"^[\w.#:+\-]+=")]
    private static partial Regex Assignment();
}
