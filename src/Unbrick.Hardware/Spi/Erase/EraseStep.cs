namespace Unbrick.Hardware.Spi.Erase;

/// <summary>One erase of a plan.</summary>
/// <param name="Address">Of its first byte.</param>
/// <param name="Command">How.</param>
public readonly record struct EraseStep(int Address, EraseCommand Command)
{
    /// <summary>Address behind its last byte.</summary>
    public int End => Address + Command.Size;
}
