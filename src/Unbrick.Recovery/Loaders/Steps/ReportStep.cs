using System.Text;
using Unbrick.Core.Events;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Writes what was done so far as JSON.</summary>
/// <param name="path">The file.</param>
public sealed class ReportStep(string path) : ILoaderStep
{
    /// <inheritdoc/>
    public string Do => "report";

    /// <summary>What to write.</summary>
    internal LoaderResult Of { get; set; } = new("done", [], []);

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        StepFile.Write(path, Encoding.UTF8.GetBytes(EventJson.ToLine(Of) + "\n"));
        return new StepProof("file", path);
    }
}
