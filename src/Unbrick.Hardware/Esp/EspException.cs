namespace Unbrick.Hardware.Esp;

/// <summary>Working on a chip cannot go on.</summary>
/// <param name="failure">Why.</param>
/// <param name="seen">What was seen, for the user.</param>
/// <param name="at">Address in flash that it was about; -1 when none.</param>
public sealed class EspException(EspFailure failure, string seen, long at = -1) : Exception(seen)
{
    /// <summary>Why.</summary>
    public EspFailure Failure { get; } = failure;

    /// <summary>Address in flash; -1 when it was about none.</summary>
    public long At { get; } = at;
}
