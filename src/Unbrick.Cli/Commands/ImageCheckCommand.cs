using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Formats.Identify;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick image check FILE --for DEVICE</c>: would that device, by that way, take the file?</summary>
internal static class ImageCheckCommand
{
    private const int Indent = 9;

    private static readonly string[] s_ways = ["tftp", "web", "spi", "sysupgrade", "menu"];

    public static Command Create(CliConsole console)
    {
        DocumentedCommand check = new("check", "Would the device take this file by this way, and why not?")
        {
            Usage = ["image check FILE --for DEVICE [--way tftp|web|spi|sysupgrade|menu] [OPTIONS]"],
            Examples =
            [
                "image check miwifi_r4a_all.bin --for xiaomi_mi-router-4a-gigabit",
                "image check ArcherC7v2_us.bin --for archer-c7-v2 --expect region=EU",
                "image check dump.bin --for archer-mr200 --way spi --expect label_mac=02:AA:BB:CC:DD:EE",
            ],
            Related = ["explain --help", "serve --help"],
        };
        Argument<string> file = new("FILE") { Description = "The image." };
        Option<string?> device = new("--for") { Description = "The device (see 'unbrick devices').", HelpName = "DEVICE" };
        Option<string?> way = new("--way") { Description = "How it is to get in; without it the usual one.", HelpName = "WAY" };
        way.AcceptOnlyFromAmong(s_ways);
        Option<string[]> expect = new("--expect")
        {
            Description = "What this very unit wants, such as region=EU or hw_id=0xc7000002.",
            HelpName = "KEY=VALUE",
        };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        check.Add(file);
        foreach (Option option in (Option[])[device, way, expect, json])
            check.Add(option);
        check.SetAction((parsed, ct) =>
        {
            ImageWay? by = parsed.GetValue(way) is string word ? Enum.Parse<ImageWay>(word, ignoreCase: true) : null;
            ImageCheckOptions options = new(
                parsed.GetValue(file)!, parsed.GetValue(device), by, [.. parsed.GetValue(expect) ?? []], parsed.GetValue(json), UserFolders.Devices);
            return RunAsync(options, console, ct);
        });
        return check;
    }

    public static Task<int> RunAsync(ImageCheckOptions options, CliConsole console, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            DeviceProfile? device = options.Device is null ? null : DeviceChoice.Find(new DeviceLibrary(options.UserFolder), options.Device);
            Expectation expected = Expected(options, device);
            CheckedImage image = CheckedImage.Of(Identification.Of(options.File, ImageFile.Read(options.File), deep: true));
            ImageVerdict verdict = ImageCheck.Check(image, device, options.Way, expected);
            return Task.FromResult(Tell(verdict, options, device, image, console));
        }
        catch (UnbrickException e)
        {
            if (options.Json)
                CommandJson.WriteLine(console.Out, new ImageFailure(options.File) { Exit = e.ExitCode, Diagnosis = [e.Problem] });
            else
                ProblemText.Write(console, e.Problem);
            return Task.FromResult(e.ExitCode);
        }
    }

    private static Expectation Expected(ImageCheckOptions options, DeviceProfile? device)
    {
        if (device is null && options.Expect.IsEmpty)
            throw Usage("--for", "name the device, or say with --expect what the unit wants");
        Expectation expected = device is null ? new Expectation() : ExpectedValues.Of(device);
        foreach (string pair in options.Expect)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            expected = (equals < 0 ? null : ExpectedValues.With(expected, pair[..equals], pair[(equals + 1)..]))
                ?? throw Usage($"--expect {pair}", $"the form is KEY=VALUE, and the keys are {string.Join(", ", ExpectedValues.Keys)}");
        }
        return expected;
    }

    private static int Tell(ImageVerdict verdict, ImageCheckOptions options, DeviceProfile? device, CheckedImage image, CliConsole console)
    {
        int exit = verdict.Answer switch
        {
            ImageAnswer.Fits => ExitCode.Done,
            ImageAnswer.Refused => ExitCode.BadImage,
            _ => ExitCode.Failed,
        };
        if (options.Json)
        {
            ImageCheckResult result = new(options.File, device?.Id, verdict.Way, verdict.Purpose, verdict.Answer, verdict.Reasons) { Exit = exit };
            CommandJson.WriteLine(console.Out, result);
            return exit;
        }
        int width = PlainText.Columns(console.Width);
        TextWriter to = console.Out;
        PlainText.Write(to, "file", $"{SafeText.Show(image.Name)}, {ByteText.Exact(image.Bytes.Length)}: {Words.Of(verdict.Purpose)}", Indent, width);
        PlainText.Write(to, "device", device?.Name ?? "the one you describe", Indent, width);
        PlainText.Write(to, "way", Words.Of(verdict.Way), Indent, width);
        PlainText.Write(to, "verdict", Verdict(verdict.Answer), Indent, width);
        foreach (ImageReason reason in verdict.Reasons)
            Tell(reason, to, width);
        return exit;
    }

    private static void Tell(ImageReason reason, TextWriter to, int width)
    {
        to.WriteLine();
        to.WriteLine($"{(reason.Refuses ? "error" : "warning")}[{reason.Code}]");
        PlainText.Write(to, "  seen", reason.Seen, Indent, width);
        if (reason.Want.Length > 0)
            PlainText.Write(to, "  want", reason.Want, Indent, width);
        PlainText.Write(to, "  means", reason.Means, Indent, width);
        ProblemText.WriteSteps(to, reason.Try, "  try    ", width);
        PlainText.Write(to, "  more", $"unbrick explain {reason.Code}", Indent, width);
    }

    private static string Verdict(ImageAnswer answer) => answer switch
    {
        ImageAnswer.Fits => "fits",
        ImageAnswer.Refused => "REFUSED: do not send it",
        _ => "cannot tell: nothing speaks against it, but not all that decides is known",
    };

    private static UnbrickException Usage(string text, string reason) =>
        new(ProblemCatalogue.Create(ProblemCode.ExpectInvalid, [text], ("text", text), ("reason", reason)), ExitCode.Usage);
}
