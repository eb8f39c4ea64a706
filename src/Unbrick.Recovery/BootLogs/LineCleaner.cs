using System.Buffers;
using System.Globalization;
using System.Text;

namespace Unbrick.Recovery.BootLogs;

/// <summary>Takes from a line what forums, terminals and loggers put around it.</summary>
internal static class LineCleaner
{
    private const char Garbage = '\uFFFD';

    /// <summary>What is no text, as terminals draw it: a replacement sign, the shades of minicom and screen, the turned question mark of Arduino's monitor.</summary>
    private static readonly SearchValues<char> s_garbage = SearchValues.Create("\uFFFD\u2591\u2592\u2593\u2E2E\u25A1\u25AF");
    private const string Marks = "*_#[]<>`~-";
    private const int FewOdd = 6, FewRuns = 4;

    private static readonly (string From, string To)[] s_entities =
    [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&apos;", "'"), ("&nbsp;", " "), ("&#160;", " "),
        ("<br>", " "), ("<br/>", " "), ("<br />", " "), ("<pre>", " "), ("</pre>", " "), ("<code>", " "), ("</code>", " "), ("<p>", " "),
        ("</p>", " "), ("[code]", " "), ("[/code]", " "), ("[quote]", " "), ("[/quote]", " "), ("&amp;", "&"),
    ];

    public static ConsoleLine Clean(long number, string raw, TimeSpan at)
    {
        int garbage = raw.AsSpan().IndexOfAny(s_garbage) < 0 ? 0 : raw.Count(c => s_garbage.Contains(c));
        string text = Ends(Entities(raw)).Trim().Trim('`');
        text = Quotes(text);
        double? clock = null;
        if (TryClock(text, out double seconds, out int used))
        {
            clock = seconds;
            text = text[used..].TrimStart();
        }
        text = Syslog(Unescaped(text));
        double? kernel = null;
        if (TryKernel(text, out seconds, out used))
        {
            kernel = seconds;
            text = text[used..].TrimStart();
        }
        text = Spaces(text);
        return new ConsoleLine(number, text, raw, kernel, clock, at, garbage + Mojibake(text) + Questions(text), kernel is null && Prose.Is(text));
    }

    /// <summary>Remarks behind a line, and ends of lines that a script spelled out: <c>\r\n</c>, <c>^M</c>.</summary>
    private static string Ends(string text)
    {
        int remark = text.IndexOf("<---", StringComparison.Ordinal);
        if (remark > 0)
            text = text[..remark].TrimEnd(); // an arrow, and what somebody says of the line
        while (text.EndsWith("\\r", StringComparison.Ordinal) || text.EndsWith("\\n", StringComparison.Ordinal) || text.EndsWith("^M", StringComparison.Ordinal))
            text = text[..^2].TrimEnd();
        return text;
    }

    /// <summary>Web pages make one blank of many, so both are the same here.</summary>
    private static string Spaces(string text)
    {
        if (!text.Contains("  ", StringComparison.Ordinal))
            return text;
        StringBuilder one = new(text.Length);
        foreach (char c in text)
        {
            if (c != ' ' || one.Length == 0 || one[^1] != ' ')
                one.Append(c);
        }
        return one.ToString();
    }

    /// <summary><c>\*\*\* Warning</c>: signs that mean something in Markdown.</summary>
    private static string Unescaped(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length || !Marks.Contains(text[i + 1], StringComparison.Ordinal))
                plain.Append(text[i]);
        }
        return plain.ToString();
    }

    /// <summary>
    /// Bytes of a wrong rate that a forum took for letters of Latin-1: of a sentence in any language with Latin letters far less than a quarter are such.
    /// </summary>
    private static int Mojibake(string text)
    {
        int odd = 0, signs = 0;
        foreach (char c in text)
        {
            if (c is > '\u00A0' and < '\u0300' or >= '\u2010' and < '\u2300')
                odd++;
            if (c is not (' ' or Garbage))
                signs++;
        }
        return odd >= FewOdd && odd * 4 >= signs ? odd : 0;
    }

    /// <summary>A terminal that writes <c>?</c> for what it cannot show: many of them, here and there in a line, and then none of it is text.</summary>
    private static int Questions(string text)
    {
        int runs = 0, signs = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '?')
                continue;
            signs++;
            runs += i == 0 || text[i - 1] != '?' ? 1 : 0;
        }
        return runs >= FewRuns && signs * 12 >= text.Length ? text.Length : 0;
    }

    private static string Entities(string text)
    {
        if (!text.Contains('&', StringComparison.Ordinal) && !text.Contains('<', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal))
            return text;
        StringBuilder plain = new(text);
        foreach ((string from, string to) in s_entities)
            plain.Replace(from, to);
        return plain.ToString();
    }

    /// <summary><c>&gt; &gt; text</c> of mails and forums; the prompt <c>=&gt;</c> is none, and neither is one sign that nothing follows.</summary>
    private static string Quotes(string text)
    {
        while (text.Length > 2 && text[0] == '>' && text[1] is ' ' or '>')
            text = text[1..].TrimStart();
        return text;
    }

    /// <summary><c>[2023-01-01 12:34:56.789]</c>, <c>12:34:56.789 -&gt; </c>, <c>[12:34:56:789]</c>: minicom, tio, Arduino, PuTTY, grabserial.</summary>
    private static bool TryClock(string text, out double seconds, out int used)
    {
        seconds = 0;
        used = 0;
        ReadOnlySpan<char> rest = text;
        if (rest.Length < 8 || rest[0] is not ('[' or '(' or (>= '0' and <= '9')))
            return false;
        int i = rest[0] is '[' or '(' ? 1 : 0;
        if (rest.Length > i + 11 && char.IsAsciiDigit(rest[i]) && rest[i + 4] is '-' or '/' or '.' && rest[i + 7] is '-' or '/' or '.')
            i += 11; // a date and a blank or T
        if (i + 8 > rest.Length || rest[i + 2] != ':' || rest[i + 5] != ':')
            return false;
        if (!Two(rest[i..], out int hours) || !Two(rest[(i + 3)..], out int minutes) || !Two(rest[(i + 6)..], out int whole))
            return false;
        seconds = hours * 3600 + minutes * 60 + whole;
        i += 8;
        if (i < rest.Length && rest[i] is '.' or ',' or ':')
        {
            int from = ++i;
            while (i < rest.Length && char.IsAsciiDigit(rest[i]))
                i++;
            if (i > from && double.TryParse("0." + rest[from..i].ToString(), CultureInfo.InvariantCulture, out double part))
                seconds += part;
        }
        while (i < rest.Length && rest[i] is ']' or ')' or ' ' or '-' or '>' or '|' or ':' or '\u2192')
            i++;
        used = i;
        return true;
    }

    private static bool Two(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>What <c>logread</c> and syslog write before a message of the kernel.</summary>
    private static string Syslog(string text)
    {
        int at = text.IndexOf("kernel: ", StringComparison.Ordinal);
        if (at >= 0 && at < 70)
            return text[(at + 8)..];
        return text is ['<', >= '0' and <= '9', '>', ..] ? text[3..] : text;
    }

    /// <summary><c>[   12.345678]</c>, and the thread that newer kernels add: <c>[    T1]</c>.</summary>
    private static bool TryKernel(string text, out double seconds, out int used)
    {
        seconds = 0;
        used = 0;
        int end = text.Length > 5 && text[0] == '[' ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        if (end is < 3 or > 24 || !text.AsSpan(0, end).Contains('.')
            || !double.TryParse(text.AsSpan(1, end - 1), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out seconds))
            return false;
        used = end + 1;
        int second = text.IndexOf(']', used);
        if (second > used && second < used + 12 && text.AsSpan(used, second - used).TrimStart() is ['[', ..])
            used = second + 1;
        return true;
    }
}
