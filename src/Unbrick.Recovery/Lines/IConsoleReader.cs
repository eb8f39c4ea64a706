namespace Unbrick.Recovery.Lines;

/// <summary>Reads along on a console and says what it understands.</summary>
public interface IConsoleReader
{
    /// <summary>Takes what came in.</summary>
    /// <param name="bytes">The bytes, as they came.</param>
    /// <param name="now">Since the console was opened; never runs back.</param>
    void Take(ReadOnlySpan<byte> bytes, TimeSpan now);

    /// <summary>What is new since the last call: short facts, one line each; empty for nothing.</summary>
    IReadOnlyList<string> News();

    /// <summary>What all of it means so far, in lines for a person.</summary>
    /// <param name="now">By the clock of <see cref="Take"/>.</param>
    IReadOnlyList<string> Diagnose(TimeSpan now);
}
