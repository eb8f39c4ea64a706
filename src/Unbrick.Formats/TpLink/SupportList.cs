using System.Collections.Immutable;
using Unbrick.Core.Text;

namespace Unbrick.Formats.TpLink;

// Text (openwrt/firmware-utils src/tplink-safeloader.c, support_list of each board):
//   SupportList:\r\n
//   {product_name:Archer C7,product_ver:5.0.0,special_id:45550000}\n     or
//   CPE210(TP-LINK|EU|N300-2|45550000):2.0\r\n                           (the digits may be missing)

/// <summary>The devices that a safeloader image says it is for. A device looks for its own line in it.</summary>
/// <param name="Lines">The lines, safe to show.</param>
/// <param name="Wrong">The first line that is of neither kind, or why there is no list; null for a sound one.</param>
internal readonly record struct SupportList(ImmutableArray<string> Lines, string? Wrong)
{
    /// <summary>Lines that are read at the most; the longest known list has 30.</summary>
    private const int Most = 1024;

    public static SupportList Read(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("SupportList:"u8))
            return new([], "the support list does not begin with SupportList:");
        text = text["SupportList:".Length..].Trim("\0\r\n"u8);
        string? wrong = null;
        ImmutableArray<string>.Builder lines = ImmutableArray.CreateBuilder<string>();
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].Trim("\r\t "u8);
            if (line.IsEmpty)
                continue;
            if (lines.Count == Most)
                break;
            string shown = SafeText.Show(line, 200);
            lines.Add(shown);
            if (!SupportLine.TryRead(shown, out _))
                wrong ??= $"a line of the support list is of no known kind: {SafeText.Show(line)}";
        }
        if (lines.Count == 0)
            wrong = "the support list names no device";
        return new(lines.DrainToImmutable(), wrong);
    }
}
