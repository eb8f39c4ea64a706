using System.Collections.Immutable;
using System.CommandLine;
using System.Reflection;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick help</c> was asked; an empty topic lists all of them.</summary>
internal sealed record HelpOptions(string Topic);

/// <summary><c>unbrick help TOPIC</c>: what is true for the whole program (<c>data/help/TOPIC.md</c>, title first).</summary>
internal static class HelpTopics
{
    private const string Prefix = "data/help/";
    private const string Suffix = ".md";

    public static ImmutableArray<string> Topics { get; } =
    [
        .. typeof(HelpTopics).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    public static Command Create(CliConsole console)
    {
        Argument<string?> topic = new("TOPIC") { Description = string.Join(", ", Topics), Arity = ArgumentArity.ZeroOrOne };
        DocumentedCommand help = new("help", "Read about a topic; without TOPIC: all topics. Commands have their own (--help).")
        {
            Usage = ["help [TOPIC]"],
            Examples = ["help safety", "help permissions"],
        };
        help.Add(topic);
        help.SetAction((parsed, ct) => RunAsync(new HelpOptions(parsed.GetValue(topic) ?? ""), console, ct));
        return help;
    }

    public static Task<int> RunAsync(HelpOptions options, CliConsole console, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        string topic = options.Topic.Trim().ToLowerInvariant();
        if (topic.Length == 0)
        {
            int column = Topics.Max(name => name.Length) + 2;
            foreach (string name in Topics)
                console.Out.WriteLine(name.PadRight(column) + Title(Read(name)));
            return Task.FromResult(ExitCode.Done);
        }
        if (!Topics.Contains(topic))
        {
            string topics = string.Join(", ", Topics);
            ProblemText.Write(console, ProblemCatalogue.Create(ProblemCode.TopicUnknown, [], ("topic", topic), ("topics", topics)));
            return Task.FromResult(ExitCode.NotFound);
        }
        console.Out.WriteLine(Read(topic).TrimStart('#', ' ').TrimEnd());
        return Task.FromResult(ExitCode.Done);
    }

    private static string Title(string text) => text[..text.IndexOf('\n', StringComparison.Ordinal)].TrimStart('#', ' ').TrimEnd();

    private static string Read(string topic)
    {
        Assembly assembly = typeof(HelpTopics).Assembly;
        using Stream stream = assembly.GetManifestResourceStream(Prefix + topic + Suffix)
            ?? throw new InvalidOperationException($"help topic {topic} is not built in");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
