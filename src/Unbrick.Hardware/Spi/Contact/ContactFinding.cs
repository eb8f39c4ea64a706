using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Contact;

/// <summary>A reading of what a chip answered.</summary>
/// <param name="Fault">What it is.</param>
/// <param name="Likelihood">How likely it is the true reading, 0 to 1.</param>
/// <param name="Seen">Evidence with numbers, one line each.</param>
public sealed record ContactFinding(ContactFault Fault, double Likelihood, ImmutableArray<string> Seen);
