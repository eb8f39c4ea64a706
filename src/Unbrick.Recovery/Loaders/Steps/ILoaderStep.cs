namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>
/// A piece of work on a boot loader. It looks first and does what is missing, so that it can be run again after a restart, and it ends with proof.
/// </summary>
public interface ILoaderStep
{
    /// <summary>Its name, as in job files.</summary>
    string Do { get; }

    /// <summary>Does it.</summary>
    /// <param name="session">The loader and what is known so far.</param>
    /// <param name="ct">Stops it.</param>
    StepProof Run(LoaderSession session, CancellationToken ct);
}

/// <summary>What proves a step.</summary>
/// <param name="How"><c>prompt</c>, <c>read back</c>, <c>crc32</c>, <c>read twice</c>, <c>compare</c>, <c>answer</c> or <c>file</c>.</param>
/// <param name="Detail">One line for the user.</param>
/// <param name="Bytes">Bytes moved.</param>
public sealed record StepProof(string How, string Detail, long Bytes = 0)
{
    /// <summary>What the device printed, where that is what was asked for.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];
}
