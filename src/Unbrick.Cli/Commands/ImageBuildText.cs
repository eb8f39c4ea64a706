using System.Collections.Immutable;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Text;
using Unbrick.Formats.Recipes;

namespace Unbrick.Cli.Commands;

/// <summary>What was built, in words: inputs, plan, checks, result.</summary>
internal static class ImageBuildText
{
    private const int Indent = 9;

    public static void Write(
        ImageBuildResult result, Recipe recipe, RecipeWay way, RecipeResult built, ImmutableArray<GivenInput> taken, CliConsole console)
    {
        int width = PlainText.Columns(console.Width);
        for (int i = 0; i < taken.Length; i++)
        {
            string label = i == 0 ? "inputs" : "";
            string text = $"{recipe.Inputs[i].Name}: {taken[i].File}, {ByteText.Exact(taken[i].Bytes.Length)}: {built.Forms[i]}";
            PlainText.Write(console.Out, label, text, Indent, width);
        }
        for (int i = 0; i < result.Segments.Length; i++)
        {
            SegmentRow row = result.Segments[i];
            string source = row.From is null ? "filled" : $"{row.From} 0x{row.Offset:x6}";
            string text = $"to 0x{row.At:x6} {ByteText.Short(row.Size),8}  {source}  {row.What ?? row.Kind.ToString().ToLowerInvariant()}";
            PlainText.Write(console.Out, i == 0 ? "plan" : "", text, Indent, width);
        }
        string yes = console.Unicode ? "✓" : "ok", no = console.Unicode ? "✗" : "NO";
        for (int i = 0; i < result.Checks.Length; i++)
        {
            CheckRow row = result.Checks[i];
            string mark = row.Holds ? yes : row.Warning ? "!" : no;
            PlainText.Write(console.Out, i == 0 ? "checks" : "", $"{mark} {row.What} ({row.Seen})", Indent, width);
        }
        foreach (EditRow edit in result.Edits)
            PlainText.Write(console.Out, "edit", $"0x{edit.Offset:x6} {edit.Why}", Indent, width);
        foreach (string note in result.Notes)
            PlainText.Write(console.Out, "note", note, Indent, width);
        if (result.Out is null)
            return;
        PlainText.Write(console.Out, "wrote", $"{result.Out}   {ByteText.Exact(result.Size)} (0x{result.Size:x}): {way.Title}", Indent, width);
        PlainText.Write(console.Out, "sha256", result.Sha256!, Indent, width);
        foreach (RecipeWay other in recipe.Ways.Where(w => w != way && w.Size > 0))
        {
            string text = $"{other.Size:N0} bytes (0x{other.Size:x}) would be {other.Title}: --way {other.Name}";
            PlainText.Write(console.Out, "note", text, Indent, width);
        }
    }
}
