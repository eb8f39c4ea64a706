using System.CommandLine;
using Unbrick.Cli.Demos;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
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

    private static readonly (string Name, string Title)[] s_stories =
        [
            (ArcherC7Stall.Name, ArcherC7Stall.Title), (Mr200Splice.Name, Mr200Splice.Title), (XiaomiBootp.Name, XiaomiBootp.Title),
            (XiaomiClip.Name, XiaomiClip.Title), (TuyaPlug.Name, TuyaPlug.Title),
        ];

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
            foreach ((string name, string title) in s_stories)
                PlainText.Write(console.Out, name.PadRight(18), title, 18, PlainText.Columns(console.Width));
            return Task.FromResult(ExitCode.Done);
        }
        if (!s_stories.Any(story => story.Name.Equals(options.Name, StringComparison.OrdinalIgnoreCase)))
        {
            string near = s_stories.MinBy(story => EditDistance.Between(options.Name, story.Name)).Name;
            bool meant = EditDistance.Between(options.Name, near) <= 5;
            string help = meant ? $"did you mean {near}?" : "'unbrick demo' lists them";
            console.Error.WriteLine($"error: there is no demo \"{SafeText.Show(options.Name)}\"; {help}");
            return Task.FromResult(ExitCode.Usage);
        }
        if (Mr200Splice.Name.Equals(options.Name, StringComparison.OrdinalIgnoreCase))
        {
            return new JobRunner(console, options.Json, console.Time).RunAsync(
                "demo-" + Mr200Splice.Name, (events, stop) => Mr200Splice.Play(options.Seed, events, stop), ct);
        }
        double factor = options.Speed switch { "realtime" => Pacer.Realtime, "fast" => Pacer.Fast, _ => TimeLapse };
        VirtualTime time = new(console.Time.GetUtcNow());
        if (XiaomiBootp.Name.Equals(options.Name, StringComparison.OrdinalIgnoreCase))
        {
            return new JobRunner(console, options.Json, time).RunAsync(
                "demo-" + XiaomiBootp.Name, (events, stop) => XiaomiBootp.Play(time, options.Seed, factor, events, stop), ct);
        }
        if (XiaomiClip.Name.Equals(options.Name, StringComparison.OrdinalIgnoreCase))
        {
            return new JobRunner(console, options.Json, time).RunAsync(
                "demo-" + XiaomiClip.Name, (events, stop) => XiaomiClip.Play(time, options.Seed, factor, events, stop), ct);
        }
        if (TuyaPlug.Name.Equals(options.Name, StringComparison.OrdinalIgnoreCase))
        {
            return new JobRunner(console, options.Json, time).RunAsync(
                "demo-" + TuyaPlug.Name, (events, stop) => TuyaPlug.Play(time, options.Seed, factor, events, stop), ct);
        }
        return new JobRunner(console, options.Json, time).RunAsync(
            "demo-" + ArcherC7Stall.Name, (events, stop) => ArcherC7Stall.Play(time, options.Seed, factor, events, stop), ct);
    }
}
