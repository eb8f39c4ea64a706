namespace Unbrick.Hardware.Serial;

/// <summary>A serial port cannot be opened.</summary>
/// <param name="status">Why; never <see cref="SerialStatus.Done"/>.</param>
/// <param name="message">What the system says.</param>
public sealed class SerialPortException(SerialStatus status, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public SerialStatus Status { get; } = status;
}
