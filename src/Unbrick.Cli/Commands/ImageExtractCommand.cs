using System.CommandLine;
using System.Security.Cryptography;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick image extract FILE REGION -o OUT</c>: one region or one finding as a file.</summary>
internal static class ImageExtractCommand
{
    public static Command Create(CliConsole console)
    {
        Argument<string> file = new("FILE") { Description = "A dump or an image." };
        Argument<string> region = new("REGION") { Description = "Name of a region (see 'image layout') or its offset (0x...)." };
        Option<string> output = new("--output", "-o") { Description = "File to write.", HelpName = "OUT", Required = true };
        Option<string?> device = new("--for") { Description = "Use this device's partition map.", HelpName = "DEVICE" };
        Option<bool> force = new("--force") { Description = "Replace an existing file." };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        DocumentedCommand extract = new("extract", "Cut one region or one finding out into a file.")
        {
            Usage = ["image extract FILE REGION -o OUT [--for DEVICE] [--force] [--json]"],
            Examples = ["image extract dump.bin radio --for tplink_archer-mr200 -o radio.bin", "image extract dump.bin squashfs -o rootfs.squashfs"],
            Related = ["image layout --help"],
        };
        extract.Add(file);
        extract.Add(region);
        foreach (Option option in (Option[])[output, device, force, json])
            extract.Add(option);
        extract.SetAction((parsed, ct) => RunAsync(
            parsed.GetValue(file)!, parsed.GetValue(region)!, parsed.GetValue(output)!, parsed.GetValue(device), parsed.GetValue(force),
            parsed.GetValue(json), console, ct));
        return extract;
    }

    public static Task<int> RunAsync(
        string file, string name, string output, string? device, bool force, bool json, CliConsole console, CancellationToken ct) =>
        ImageRun.RunAsync(console, json, stop =>
        {
            OutputFile made = new(output, [file], force);
            made.Check();
            byte[] bytes = ImageFile.Read(file);
            ImageMap map = ImageMap.Of(bytes, device is null ? null : ImageRun.Device(device));
            Region region = map.Find(name) ?? throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.RegionUnknown, [$"there are: {string.Join(", ", map.Names)}"], ("name", name)),
                ExitCode.NotFound);
            ReadOnlySpan<byte> cut = bytes.AsSpan((int)region.Offset, (int)region.Length);
            made.Write(cut, stop);
            ImageExtractResult result = new(output, region.Name, region.Offset, region.Length, Convert.ToHexStringLower(SHA256.HashData(cut)));
            if (!json)
                console.Out.WriteLine(
                    $"wrote    {output}   {region.Name} 0x{region.Offset:x6}, {ByteText.Exact(region.Length)}   "
                    + $"sha256 {result.Sha256[..12]}...");
            return result;
        }, ct);
}
