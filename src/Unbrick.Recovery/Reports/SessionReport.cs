using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Unbrick.Recovery.Lines;

namespace Unbrick.Recovery.Reports;

/// <summary>What a report has.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Files">Its files.</param>
/// <param name="LeftOut">Files of the record that were left out, because they are of one unit or cannot be masked.</param>
/// <param name="Macs">MAC addresses whose last half was masked.</param>
/// <param name="Secrets">Passwords and keys that were masked.</param>
/// <param name="Serials">Serial numbers that were masked.</param>
public sealed record ReportMade(string Folder, ImmutableArray<string> Files, ImmutableArray<string> LeftOut, int Macs, int Secrets, int Serials);

/// <summary>Makes a folder that can be posted from the record of a session: raw bytes, times and our keys, secrets masked length for length.</summary>
public static class SessionReport
{
    private const long LongestFile = ConsoleRecord.MostBytes * 2;
    private const int PromptTail = 64;

    private static readonly string[] s_texts = ["events.jsonl", ConsoleRecord.LogName, ConsoleRecord.TimesName, ConsoleRecord.KeysName];

    /// <summary>Makes it.</summary>
    /// <param name="session">The folder of the record.</param>
    /// <param name="folder">The folder to make; it must not be there.</param>
    /// <param name="program">Which program it is from, with its version.</param>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static ReportMade Make(string session, string folder, string program)
    {
        if (Directory.Exists(folder) || File.Exists(folder))
            throw new IOException($"{folder} is there already");
        SecretMask mask = new();
        List<string> files = [], left = [];
        Dictionary<string, byte[]> made = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(session).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (!s_texts.Contains(name) || new FileInfo(path).Length > LongestFile)
            {
                left.Add(name);
                continue;
            }
            made[name] = File.ReadAllBytes(path);
        }
        HidePasswords(made, mask);
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] bytes) in made)
        {
            if (name != ConsoleRecord.TimesName)
                mask.Apply(bytes);
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
            files.Add(name);
        }
        ReportMade report = new(folder, [.. files], [.. left], mask.Macs, mask.Secrets, mask.Serials);
        File.WriteAllText(Path.Combine(folder, "README.txt"), Readme(session, program, report));
        return report with { Files = [.. files, "README.txt"] };
    }

    /// <summary>What was typed where a password was asked for; it was not echoed, so nothing else shows that it is one.</summary>
    private static void HidePasswords(Dictionary<string, byte[]> files, SecretMask mask)
    {
        if (!files.TryGetValue(ConsoleRecord.TimesName, out byte[]? times)
            || !files.TryGetValue(ConsoleRecord.LogName, out byte[]? log) || !files.TryGetValue(ConsoleRecord.KeysName, out byte[]? keys))
            return;
        int heard = 0, sent = 0;
        bool asked = false;
        foreach (string line in Encoding.ASCII.GetString(times).Split('\n'))
        {
            string[] words = line.Split(' ');
            if (words.Length < 3 || !int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out int count))
                continue;
            if (words[1] == "in")
            {
                heard = (int)Math.Min((long)heard + count, log.Length);
                string tail = Encoding.Latin1.GetString(log.AsSpan(Math.Max(0, heard - PromptTail), heard - Math.Max(0, heard - PromptTail))).TrimEnd();
                asked = tail.EndsWith("assword:", StringComparison.OrdinalIgnoreCase) || tail.EndsWith("assphrase:", StringComparison.OrdinalIgnoreCase);
                continue;
            }
            int end = (int)Math.Min((long)sent + count, keys.Length);
            Span<byte> typed = keys.AsSpan(sent, end - sent);
            int enter = typed.IndexOfAny((byte)'\r', (byte)'\n');
            Span<byte> secret = enter >= 0 ? typed[..enter] : typed;
            if (asked && !secret.IsEmpty)
                mask.Hide(secret);
            asked &= enter < 0;
            sent = end;
        }
    }

    private static string Readme(string session, string program, ReportMade report)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{program}: report of the session {Path.GetFileName(session.TrimEnd('/', '\\'))}");
        text.AppendLine();
        text.AppendLine("console.log    what the device sent, byte for byte");
        text.AppendLine("console.keys   what was sent to it");
        text.AppendLine("console.times  seconds, in or out, bytes, bits in a second: how the two go together");
        text.AppendLine("events.jsonl   what unbrick said");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"masked with x, length for length: {report.Macs} MAC addresses (last half), {report.Secrets} passwords and keys, {report.Serials} serial numbers");
        text.AppendLine("Look through it before you post it: no pattern knows every secret.");
        if (!report.LeftOut.IsEmpty)
            text.AppendLine(CultureInfo.InvariantCulture, $"left out: {string.Join(", ", report.LeftOut)}");
        return text.ToString();
    }
}
