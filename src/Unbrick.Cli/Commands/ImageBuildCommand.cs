using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats.Editing;
using Unbrick.Formats.Recipes;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick image build</c> was asked.</summary>
internal sealed record ImageBuildOptions(
    string? Recipe, ImmutableArray<string> Inputs, string? Output, string? Way, string? Device, ImmutableHashSet<RegionKind> Overwrite,
    bool Force, bool Json);

/// <summary><c>unbrick image build RECIPE INPUT... -o OUT</c>: a file of slices of others, every assumption checked.</summary>
internal static class ImageBuildCommand
{
    public static Command Create(CliConsole console)
    {
        Argument<string?> recipe = new("RECIPE") { Description = "A recipe or a recipe file; the list without it.", Arity = ArgumentArity.ZeroOrOne };
        Argument<string[]> inputs = new("INPUT") { Description = "Its inputs, in the order of the list.", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> output = new("--output", "-o") { Description = "File to write.", HelpName = "OUT" };
        Option<string?> way = new("--way") { Description = "For which way into the flash (tftp, spi, ...).", HelpName = "WAY" };
        Option<string?> device = new("--for") { Description = "The device: for its partition map, for the names of its boards, and to check the result.", HelpName = "DEVICE" };
        Option<string[]> overwrite = new("--overwrite")
        {
            Description = "Take these from the other file: your own are damaged.",
            HelpName = "calibration|identity|config",
        };
        overwrite.AcceptOnlyFromAmong("calibration", "identity", "config");
        Option<bool> force = new("--force") { Description = "Replace an existing file." };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        DocumentedCommand build = new("build", "Make a file out of others by a recipe; every assumption is checked first.")
        {
            Usage = ["image build", "image build RECIPE INPUT... -o OUT [--way WAY] [OPTIONS]"],
            Examples =
            [
                "image build mr200-keep-isp-bootloader isp_dump.bin Archer_MR200v1.bin --way spi -o mr200-spi.bin",
                "image build merge-firmware-keep-mine mine.bin theirs.bin --for xiaomi_mi-router-4a-gigabit -o merged.bin",
            ],
            Related = ["image diff --help", "demo mr200-splice"],
        };
        build.Add(recipe);
        build.Add(inputs);
        foreach (Option option in (Option[])[output, way, device, overwrite, force, json])
            build.Add(option);
        build.SetAction((parsed, ct) => RunAsync(
            new ImageBuildOptions(
                parsed.GetValue(recipe), [.. parsed.GetValue(inputs) ?? []], parsed.GetValue(output), parsed.GetValue(way), parsed.GetValue(device),
                [.. (parsed.GetValue(overwrite) ?? []).Select(kind => Enum.Parse<RegionKind>(kind, ignoreCase: true))], parsed.GetValue(force),
                parsed.GetValue(json)),
            console, ct));
        return build;
    }

    public static Task<int> RunAsync(ImageBuildOptions options, CliConsole console, CancellationToken ct)
    {
        if (options.Recipe is not null && options.Output is null)
        {
            console.Error.WriteLine("error: where to? -o OUT");
            return Task.FromResult(ExitCode.Usage);
        }
        return ImageRun.RunAsync(
            console, options.Json, stop => options.Recipe is null ? List(options.Json, console) : Build(options, console, stop), ct);
    }

    private static RecipesResult List(bool json, CliConsole console)
    {
        RecipesResult result = new(
            [.. RecipeLibrary.Ids.Select(id => RecipeLibrary.Find(id)!)
                .Select(r => new RecipeRow(r.Id, r.Title, [.. r.Inputs.Select(i => i.Title)], [.. r.Ways.Select(w => w.Name)]))]);
        foreach (RecipeRow row in json ? [] : result.Recipes)
        {
            console.Out.WriteLine(row.Id);
            PlainText.Write(console.Out, "", row.Title, 2, PlainText.Columns(console.Width));
            string takes = $"inputs: {string.Join("; ", row.Inputs)}.  ways: {string.Join(", ", row.Ways)}";
            PlainText.Write(console.Out, "", takes, 2, PlainText.Columns(console.Width));
        }
        return result;
    }

    private static ImageBuildResult Build(ImageBuildOptions options, CliConsole console, CancellationToken ct)
    {
        Recipe recipe = RecipeLibrary.Open(options.Recipe!);
        RecipeWay way = RecipeBench.Way(recipe, options.Way);
        OutputFile made = new(options.Output!, options.Inputs, options.Force);
        made.Check();
        string? named = options.Device ?? (recipe.NeedsMap ? recipe.Device : null);
        DeviceProfile? device = named is null ? null : ImageRun.Device(named);
        ImmutableArray<GivenInput> given = [.. options.Inputs.Select(path => new GivenInput(path, ImageFile.Read(path)))];
        (RecipeResult built, ImmutableArray<GivenInput> taken) = RecipeBench.Build(recipe, way, given, device, options.Overwrite);
        ImmutableArray<Problem> problems =
        [
            .. built.Checks.Where(c => c.Refuses).Take(1).Concat(built.Checks.Where(c => !c.Holds && c.Check.Warning))
                .Select(c => RecipeBench.Explain(c, c.Subject is null ? "the result" : taken[IndexOf(recipe, c.Subject)].File)),
        ];
        if (built.Image is { } image)
            made.Write(image, ct);
        ImageBuildResult result = new(
            built.Image is null ? null : options.Output, recipe.Id, way.Name, built.Image?.Length ?? 0,
            built.Image is null ? null : Convert.ToHexStringLower(SHA256.HashData(built.Image)),
            [.. built.Segments.Select(s => new SegmentRow(s.At, s.Size, Source(s), s.Offset, s.Kind, s.What, s.Sha256))],
            [.. built.Checks.Select(c => new CheckRow(c.Check.Code, c.Check.What, c.Holds, c.Check.Warning, c.Seen))],
            built.Notes, ImageEditCommand.Rows(built.Edits))
        {
            Exit = built.Image is null ? ExitCode.BadImage : ExitCode.Done,
            Diagnosis = problems,
        };
        if (!options.Json)
            ImageBuildText.Write(result, recipe, way, built, taken, console);
        return result;

        string? Source(Segment segment) => segment.From is null ? null : Path.GetFileName(taken[IndexOf(recipe, segment.From)].File);
    }

    private static int IndexOf(Recipe recipe, string input) => recipe.Inputs.ToList().FindIndex(i => i.Name == input);
}
