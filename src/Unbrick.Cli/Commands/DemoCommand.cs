using System.CommandLine;
using Unbrick.Cli.Demos;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Text;
using Unbrick.Sim;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick demo</c> was asked for.</summary>
internal sealed record DemoOptions(string Name, int Seed, string Speed, bool Json);

/// <summary><c>unbrick demo</c>: a story of one of the threads, played with simulated hardware by the real code.</summary>
internal static class DemoCommand
{
    /// <summary>Five minutes of the story in a dozen seconds.</summary>
    private const double TimeLapse = 25;

    /// <summary>The stories, by the number of their thread.</summary>
    private static readonly Story[] s_stories =
    [
        new(ArcherC7Stall.Name, ArcherC7Stall.Title, ArcherC7Stall.Play),
        new(Mr200Splice.Name, Mr200Splice.Title, (_, seed, _, events, ct) => Mr200Splice.Play(seed, events, ct)) { HasFilesOnly = true },
        new(XiaomiBootp.Name, XiaomiBootp.Title, XiaomiBootp.Play),
        new(XiaomiClip.Name, XiaomiClip.Title, XiaomiClip.Play),
        new(TuyaPlug.Name, TuyaPlug.Title, TuyaPlug.Play),
    ];

    private delegate JobResult Player(VirtualTime time, int seed, double speed, IEventSink events, CancellationToken ct);

    public static Command Create(CliConsole console)
    {
        Argument<string?> name = new("NAME") { Description = "The story.", Arity = ArgumentArity.ZeroOrOne };
        Option<int> seed = new("--seed")
        {
            Description = "Another seed is another cable; 7 without it.",
            HelpName = "N",
            DefaultValueFactory = _ => 7,
        };
        Option<string> speed = new("--speed")
        {
            Description = "realtime or fast; a time lapse without it.",
            HelpName = "realtime|fast",
            DefaultValueFactory = _ => "lapse",
        };
        speed.AcceptOnlyFromAmong("realtime", "fast", "lapse");
        Option<bool> json = new("--json") { Description = "Events as JSON lines on stdout." };
        DocumentedCommand demo = new("demo", "Play a recovery with simulated hardware: no device and no rights needed; without NAME: the list.")
        {
            Usage = ["demo [NAME] [OPTIONS]"],
            Examples = ["demo archer-c7-stall", "demo mr200-splice", "demo archer-c7-stall --seed 3 --speed fast"],
            Related = ["serve --help"],
        };
        demo.Add(name);
        demo.Add(seed);
        demo.Add(speed);
        demo.Add(json);
        demo.SetAction((parsed, ct) => RunAsync(
            new DemoOptions(parsed.GetValue(name) ?? "", parsed.GetValue(seed), parsed.GetValue(speed)!, parsed.GetValue(json)), console, ct));
        return demo;
    }

    public static Task<int> RunAsync(DemoOptions options, CliConsole console, CancellationToken ct)
    {
        if (options.Name.Length == 0)
        {
            foreach (Story listed in s_stories)
                PlainText.Write(console.Out, listed.Name.PadRight(18), listed.Title, 18, PlainText.Columns(console.Width));
            return Task.FromResult(ExitCode.Done);
        }
        if (s_stories.FirstOrDefault(known => known.Name.Equals(options.Name, StringComparison.OrdinalIgnoreCase)) is not Story story)
        {
            string near = s_stories.MinBy(known => EditDistance.Between(options.Name, known.Name))!.Name;
            bool meant = EditDistance.Between(options.Name, near) <= 5;
            string help = meant ? $"did you mean {near}?" : "'unbrick demo' lists them";
            console.Error.WriteLine($"error: there is no demo \"{SafeText.Show(options.Name)}\"; {help}");
            return Task.FromResult(ExitCode.Usage);
        }
        double factor = options.Speed switch { "realtime" => Pacer.Realtime, "fast" => Pacer.Fast, _ => TimeLapse };
        VirtualTime time = new(console.Time.GetUtcNow());
        return new JobRunner(console, options.Json, story.HasFilesOnly ? console.Time : time).RunAsync(
            "demo-" + story.Name, (events, stop) => story.Play(time, options.Seed, factor, events, stop), ct);
    }

    /// <summary>A story, and who plays it.</summary>
    private sealed record Story(string Name, string Title, Player Play)
    {
        /// <summary>Nothing in it takes time.</summary>
        public bool HasFilesOnly { get; init; }
    }
}
