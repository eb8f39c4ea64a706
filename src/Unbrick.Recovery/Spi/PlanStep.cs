using Unbrick.Hardware.Spi;

namespace Unbrick.Recovery.Spi;

/// <summary>One stretch of the chip that is brought to what it is to hold, checked and noted before the next.</summary>
/// <param name="At">Address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Erase">Erased first, all of it; null when only bits have to be cleared.</param>
public sealed record PlanStep(int At, int Length, EraseCommand? Erase);
