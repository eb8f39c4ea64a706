using System.Collections.Immutable;

namespace Unbrick.Sim.Lines;

/// <summary>What is wrong with the wires of a <see cref="SimLine"/>.</summary>
public enum LineFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>RX and TX are the wrong way round: nothing is heard on either side.</summary>
    Swapped,

    /// <summary>The grounds are not connected: the line floats, whether the device has power or not.</summary>
    NoGround,

    /// <summary>All levels are the wrong way round.</summary>
    Inverted,

    /// <summary>What is typed does not arrive.</summary>
    ReceiveDead,
}

/// <summary>What a device prints at one rate.</summary>
/// <param name="Baud">Bits in a second.</param>
/// <param name="Text">The bytes.</param>
public sealed record SimLineStage(int Baud, ImmutableArray<byte> Text);

/// <summary>A line with a device that prints and then waits at a prompt.</summary>
public sealed record SimLineOptions
{
    /// <summary>What it prints, one after the other.</summary>
    public required ImmutableArray<SimLineStage> Stages { get; init; }

    /// <summary>What it prints when it waits for a command; null for a device that does not listen.</summary>
    public string? Prompt { get; init; } = "=> ";

    /// <summary>What is wrong.</summary>
    public LineFault Fault { get; init; }

    /// <summary>How much faster its clock is than it should be, as a fraction.</summary>
    public double ClockError { get; init; }

    /// <summary>How likely a bit is turned over.</summary>
    public double FlipRate { get; init; }

    /// <summary>How likely a byte is lost.</summary>
    public double DropRate { get; init; }

    /// <summary>When it begins to print, in seconds; negative: it has printed for so long already.</summary>
    public double Start { get; init; }

    /// <summary>The longest pause after a line, in seconds.</summary>
    public double LongestPause { get; init; } = 0.01;

    /// <summary>It prints all over again when it is done.</summary>
    public bool Repeats { get; init; }

    /// <summary>The port tells framing errors.</summary>
    public bool CountsErrors { get; init; } = true;

    /// <summary>For all that is random.</summary>
    public int Seed { get; init; } = 1;
}
