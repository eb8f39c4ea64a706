using System.Collections.Immutable;

namespace Unbrick.Recovery.Images;

/// <summary>A device that an image may be for.</summary>
/// <param name="Id">Id of the device.</param>
/// <param name="Name">Its name.</param>
/// <param name="Confidence">From 0 to 1; what several devices share is divided among them.</param>
/// <param name="Evidence">What speaks for it, the strongest first.</param>
public sealed record DeviceGuess(string Id, string Name, double Confidence, ImmutableArray<string> Evidence);
