using System.Text;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>A command line cut into commands and words, as hush does it: quotes, <c>;</c>, <c>$name</c>, <c>${name}</c>, <c>$?</c>.</summary>
internal static class UBootWords
{
    /// <summary>Commands, each a list of words, whole lines at a time.</summary>
    /// <param name="line">The line.</param>
    /// <param name="value">Of a variable; null expands nothing and leaves quotes alone, as loaders without a shell do.</param>
    public static List<List<string>> Split(string line, Func<string, string>? value)
    {
        List<List<string>> commands = [[]];
        StringBuilder word = new();
        bool isWord = false;
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (value is not null && quote == '\0' && c is '\'' or '"')
                (quote, isWord) = (c, true);
            else if (quote != '\0' && c == quote)
                quote = '\0';
            else if (c == '\\' && i + 1 < line.Length && quote != '\'')
                (isWord, _) = (true, word.Append(line[++i]));
            else if (c == '$' && quote != '\'' && value is not null && i + 1 < line.Length)
                (isWord, _) = (true, word.Append(value(Name(line, ref i))));
            else if (quote == '\0' && c is ' ' or '\t')
                End();
            else if (quote == '\0' && c == ';')
            {
                End();
                commands.Add([]);
            }
            else
                (isWord, _) = (true, word.Append(c));
        }
        End();
        commands.RemoveAll(c => c.Count == 0);
        return commands;

        void End()
        {
            if (isWord)
                commands[^1].Add(word.ToString());
            word.Clear();
            isWord = false;
        }
    }

    private static string Name(string line, ref int i)
    {
        int start = i + 1;
        if (line[start] == '?')
        {
            i++;
            return "?";
        }
        bool braces = line[start] == '{';
        int end = braces ? line.IndexOf('}', start) : start;
        while (!braces && end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] == '_'))
            end++;
        if (end < 0)
            end = line.Length;
        string name = line[(braces ? start + 1 : start)..end];
        i = braces ? end : end - 1;
        return name;
    }
}
