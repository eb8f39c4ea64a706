using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Reads variables.</summary>
/// <param name="name">One of them; null for all.</param>
public sealed class PrintStep(string? name) : ILoaderStep
{
    /// <inheritdoc/>
    public string Do => "printenv";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        CommandOutput output = session.Shell.Query(name is null ? "printenv" : $"printenv {name}", o => o.Lines.Count > 0 && !o.WasPoked);
        string[] lines = [.. output.Lines.Where(l => l.Contains('=', StringComparison.Ordinal))];
        if (lines.Length == 0)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderSaidNo, output.Lines, ("command", $"printenv {name}")), ExitCode.DeviceRefused);
        return new StepProof("answer", lines.Length == 1 ? lines[0] : $"{lines.Length} variables") { Output = lines };
    }
}
