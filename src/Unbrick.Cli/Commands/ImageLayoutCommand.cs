using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick image layout FILE</c>: the regions of a dump, by a device's map, by content, or both compared.</summary>
internal static class ImageLayoutCommand
{
    public static Command Create(CliConsole console)
    {
        Argument<string> file = new("FILE") { Description = "A dump or an image." };
        Option<string?> device = new("--for") { Description = "Use this device's partition map.", HelpName = "DEVICE" };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        DocumentedCommand layout = new("layout", "Show the regions of a dump, and where they are known from.")
        {
            Usage = ["image layout FILE [--for DEVICE] [--json]"],
            Examples = ["image layout dump.bin", "image layout dump.bin --for tplink_archer-mr200"],
            Related = ["image extract --help", "image diff --help"],
        };
        layout.Add(file);
        layout.Add(device);
        layout.Add(json);
        layout.SetAction((parsed, ct) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(device), parsed.GetValue(json), console, ct));
        return layout;
    }

    public static Task<int> RunAsync(string file, string? device, bool json, CliConsole console, CancellationToken ct) =>
        ImageRun.RunAsync(console, json, _ =>
        {
            byte[] bytes = ImageFile.Read(file);
            ImageMap map = ImageMap.Of(bytes, device is null ? null : ImageRun.Device(device));
            ImageLayoutResult result = new(
                file, bytes.Length, map.Layout.From, map.Device?.Id, map.Agree, map.Expected,
                [.. map.Layout.Regions.Select(r => new RegionRow(r.Name, r.Offset, r.Length, r.Kind, r.Writable, map.Holds(r)))]);
            if (!json)
                Write(result, console);
            return result;
        }, ct);

    private static void Write(ImageLayoutResult result, CliConsole console)
    {
        int name = Math.Min(20, result.Regions.Max(r => r.Name.Length));
        foreach (RegionRow row in result.Regions)
        {
            string kind = row.Kind.ToString().ToLowerInvariant();
            string text = $"0x{row.Offset:x6} {ByteText.Short(row.Length),9}  {kind,-11}  {string.Join(", ", Counted(row))}";
            PlainText.Write(console.Out, PlainText.Fit(row.Name, name, console.Unicode), text, name + 1, PlainText.Columns(console.Width));
        }
        string from = result.From == LayoutSource.Device
            ? $"layout from the map of {result.Device}: {result.Agree} of {result.Of} regions that must not be empty hold something"
            : "layout from what was found in the file; a device's map has names: --for DEVICE";
        PlainText.Write(console.Out, "", from, 0, PlainText.Columns(console.Width));
        if (result.From == LayoutSource.Device && result.Regions[^1].Offset + result.Regions[^1].Length != result.Size)
        {
            long size = result.Regions[^1].Offset + result.Regions[^1].Length;
            string differs = $"the map is for {ByteText.Exact(size)}, the file has {ByteText.Exact(result.Size)}";
            PlainText.Write(console.Out, "", differs, 0, PlainText.Columns(console.Width));
        }
    }

    private static IEnumerable<string> Counted(RegionRow row) =>
        row.Holds.GroupBy(format => format).Where(g => g.Key != ImageScan.Padding || row.Holds.Length == 1)
            .Select(g => g.Count() > 1 ? $"{g.Count()} {g.Key}" : g.Key);
}
