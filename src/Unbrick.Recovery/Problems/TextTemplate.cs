using System.Text;

namespace Unbrick.Recovery.Problems;

/// <summary>
/// Fills <c>{names}</c> in one pass, so that a brace inside a value (a file name may hold one) is never taken for a name.
/// </summary>
internal static class TextTemplate
{
    /// <summary>Replaces each <c>{name}</c> by what <paramref name="value"/> gives for it; a brace without a name stays as it is.</summary>
    public static string Fill(string template, Func<string, string> value)
    {
        StringBuilder text = new(template.Length + 32);
        int at = 0;
        while (at < template.Length)
        {
            int open = template.IndexOf('{', at);
            int close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
                break;
            text.Append(template, at, open - at).Append(value(template[(open + 1)..close]));
            at = close + 1;
        }
        return text.Append(template, at, template.Length - at).ToString();
    }
}
