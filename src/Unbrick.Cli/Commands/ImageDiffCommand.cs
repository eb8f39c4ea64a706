using System.Collections.Immutable;
using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick image diff A B</c>: by region, then by meaning, then by bytes.</summary>
internal static class ImageDiffCommand
{
    private const int RunsInText = 4;

    public static Command Create(CliConsole console)
    {
        Argument<string> a = new("A") { Description = "The first." }, b = new("B") { Description = "The second." };
        Option<string?> device = new("--for") { Description = "Use this device's partition map.", HelpName = "DEVICE" };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        DocumentedCommand diff = new("diff", "Compare two images by region, then by meaning, then by bytes; ends with 1 when they differ.")
        {
            Usage = ["image diff A B [--for DEVICE] [--json]"],
            Examples = ["image diff backup-1.bin backup-2.bin", "image diff before.bin after.bin --for tplink_archer-mr200"],
            Related = ["image layout --help", "image edit --help"],
        };
        diff.Add(a);
        diff.Add(b);
        diff.Add(device);
        diff.Add(json);
        diff.SetAction((parsed, ct) =>
            RunAsync(parsed.GetValue(a)!, parsed.GetValue(b)!, parsed.GetValue(device), parsed.GetValue(json), console, ct));
        return diff;
    }

    public static Task<int> RunAsync(string a, string b, string? device, bool json, CliConsole console, CancellationToken ct) =>
        ImageRun.RunAsync(console, json, _ =>
        {
            byte[] left = ImageFile.Read(a), right = ImageFile.Read(b);
            bool equal = left.AsSpan().SequenceEqual(right);
            ImmutableArray<RegionDiff> differing = equal ? [] : Compare(left, right, device);
            ImageDiffResult result = new(a, b, equal, [.. differing.Select(Row)]) { Exit = equal ? ExitCode.Done : ExitCode.Failed };
            if (!json)
                Write(result, left.Length, right.Length, console);
            return result;
        }, ct);

    private static ImmutableArray<RegionDiff> Compare(byte[] left, byte[] right, string? device)
    {
        DeviceProfile? profile = device is null ? null : ImageRun.Device(device);
        ImageMap inLeft = ImageMap.Of(left, profile);
        ImmutableArray<Finding> inRight = ImageScan.Tile(right);
        ImmutableArray<RegionDiff> differing = ImageDiff.Compare(left, right, inLeft.Layout, inLeft.Content, inRight);
        return profile is null
            ? differing
            : [.. differing.Select(d => d with { Meaning = d.Meaning.AddRange(MacDiff.Of(profile, d.Region, left, right)) })];
    }

    private static DiffRow Row(RegionDiff diff) => new(
        diff.Region.Name, diff.Region.Offset, diff.Region.Length, diff.Region.Kind, diff.Differing, diff.Meaning,
        [.. diff.Runs.Select(r => new DiffRunRow(r.At, r.Length))], diff.More);

    private static void Write(ImageDiffResult result, long left, long right, CliConsole console)
    {
        int width = PlainText.Columns(console.Width);
        if (result.Equal)
        {
            console.Out.WriteLine($"equal    {ByteText.Exact(left)}");
            return;
        }
        if (left != right)
            PlainText.Write(console.Out, "size", $"{ByteText.Exact(left)} against {ByteText.Exact(right)}", 9, width);
        foreach (DiffRow row in result.Regions)
        {
            PlainText.Write(
                console.Out, "region",
                $"{row.Region} 0x{row.Offset:x6} ({row.Kind.ToString().ToLowerInvariant()}): {row.Differing:N0} of {row.Length:N0} bytes differ",
                9, width);
            foreach (string meaning in row.Meaning)
                PlainText.Write(console.Out, "", meaning, 11, width);
            foreach (DiffRunRow run in row.Runs.Take(RunsInText))
                PlainText.Write(console.Out, "", $"0x{run.Offset:x6}: {ByteText.Exact(run.Length)}", 11, width);
            if (row.More || row.Runs.Length > RunsInText)
                PlainText.Write(console.Out, "", "and more; --json lists them", 11, width);
        }
    }
}
