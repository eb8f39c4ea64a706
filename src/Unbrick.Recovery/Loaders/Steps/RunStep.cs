namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Runs one command, once.</summary>
/// <param name="command">It.</param>
/// <param name="patience">How long it may print nothing.</param>
public sealed class RunStep(string command, TimeSpan patience) : ILoaderStep
{
    private bool _begun;

    /// <inheritdoc/>
    public string Do => "run";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        // What a command does is not known here, so that it is not run a second time after a restart.
        if (_begun)
            return new StepProof("answer", $"{command}: the device started again; not run a second time");
        _begun = session.HasChanged = true;
        CommandOutput output = session.Shell.Run(command, patience);
        string ended = output.Code is int code ? $"ended with {code}" : output.WasPoked ? "interrupted, as no prompt came" : "ended";
        return new StepProof("answer", $"{command}: {ended}") { Output = output.Lines };
    }
}
