namespace Unbrick.Hardware.Spi;

/// <summary>The programmer cannot be used any longer, or not for this.</summary>
/// <param name="fault">What happened.</param>
/// <param name="message">What was seen, for the log.</param>
public sealed class ProgrammerException(ProgrammerFault fault, string message) : Exception(message)
{
    /// <summary>What happened.</summary>
    public ProgrammerFault Fault { get; } = fault;
}
