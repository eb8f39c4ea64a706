using System.Text;

namespace Unbrick.Cli.Commands;

/// <summary>Plain text for a terminal of any width: wrapped lines, a label in the margin, no colour, so a file reads the same.</summary>
internal static class PlainText
{
    public const int UsualWidth = 80;
    private const int LeastWidth = 40;
    private const int MostWidth = 100;

    /// <summary>Columns to write in: lines over 100 columns are hard to read, and under 40 nothing fits.</summary>
    public static int Columns(int width) => width <= 0 ? UsualWidth : Math.Clamp(width, LeastWidth, MostWidth);

    /// <summary>
    /// Writes <paramref name="label"/> padded to <paramref name="indent"/> columns, then the text, its further lines under its first.
    /// Words longer than a line (commands, addresses) are never broken; several blanks between two words stay, so that columns do.
    /// </summary>
    public static void Write(TextWriter to, string label, string text, int indent, int width)
    {
        StringBuilder line = new(label.PadRight(indent));
        bool started = false;
        int blanks = 0;
        foreach (string word in text.Split(' '))
        {
            blanks++;
            if (word.Length == 0)
                continue;
            if (started && line.Length + blanks + word.Length > width)
            {
                to.WriteLine(line.ToString().TrimEnd());
                line.Clear().Append(' ', indent);
                started = false;
            }
            if (started)
                line.Append(' ', blanks);
            line.Append(word);
            (started, blanks) = (true, 0);
        }
        to.WriteLine(line.ToString().TrimEnd());
    }

    /// <summary>The text in <paramref name="width"/> columns, cut where it is longer.</summary>
    public static string Fit(string text, int width, bool unicode)
    {
        string mark = unicode ? "…" : "...";
        return text.Length <= width ? text.PadRight(width) : text[..Math.Max(0, width - mark.Length)] + mark;
    }
}
