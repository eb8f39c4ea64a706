using System.Collections.Immutable;
using System.Globalization;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Erase commands as <c>data/chips</c> writes them: <c>20:4K 52:32K d8:64K 60 c7</c>.</summary>
internal static class EraseLayout
{
    /// <summary>Larger ones erase a die; they take minutes, and no plan is made of them.</summary>
    private const int Largest = 256 << 10;

    /// <summary>
    /// Those that erase blocks of one size, the smallest first. Chip erases (no size), boot sectors of several sizes and the commands of
    /// DataFlash are not among them.
    /// </summary>
    public static ImmutableArray<EraseCommand> Parse(string text)
    {
        List<EraseCommand> commands = [];
        foreach (string one in text.Split(' '))
        {
            int colon = one.IndexOf(':');
            if (colon == 2 && byte.TryParse(one.AsSpan(0, 2), NumberStyles.HexNumber, null, out byte opcode) && Size(one.AsSpan(3)) is int size and <= Largest)
                commands.Add(new(opcode, size, null, Longest(size)));
        }
        return Sorted(commands);
    }

    /// <summary>The smallest first; of two of one size the one that stands first.</summary>
    public static ImmutableArray<EraseCommand> Sorted(IEnumerable<EraseCommand> commands) => [.. commands.OrderBy(c => c.Size)];

    /// <summary>How long to wait for a chip that does not say; several times what data sheets have as their maximum.</summary>
    public static TimeSpan Longest(int size) => TimeSpan.FromSeconds(size <= 4 << 10 ? 1 : size <= 64 << 10 ? 4 : 10);

    /// <summary>Bytes of <c>64K</c>; null for a layout of several sizes.</summary>
    private static int? Size(ReadOnlySpan<char> text)
    {
        int unit = text is [.., 'K'] ? 1 << 10 : text is [.., 'M'] ? 1 << 20 : 1;
        return int.TryParse(unit == 1 ? text : text[..^1], NumberStyles.None, null, out int count) ? count * unit : null;
    }
}
