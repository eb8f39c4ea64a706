namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Switches the device on and stops its boot.</summary>
/// <param name="action">How it is switched.</param>
public sealed class StopStep(PowerAction action) : ILoaderStep
{
    /// <inheritdoc/>
    public string Do => "power-on-and-stop-autoboot";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new StepProof("prompt", session.Stop(action, ct));
    }
}
