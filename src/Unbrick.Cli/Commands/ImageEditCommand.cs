using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Text;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick image edit</c> was asked.</summary>
internal sealed record ImageEditOptions(
    string File, string Output, EditRequest Request, string? Device, string? Undo, string? SaveEdits, bool Force, bool DryRun, bool Json);

/// <summary><c>unbrick image edit FILE -o OUT</c>: variables and addresses, every byte listed, the length never changed.</summary>
internal static class ImageEditCommand
{
    private const int BytesInText = 12;

    public static Command Create(CliConsole console)
    {
        Argument<string> file = new("FILE") { Description = "A dump; it is not changed." };
        Option<string> output = new("--output", "-o") { Description = "File to write.", HelpName = "OUT", Required = true };
        Option<string[]> set = new("--set") { Description = "Set a variable of the boot loader's environment.", HelpName = "NAME=VALUE" };
        Option<string[]> unset = new("--unset") { Description = "Remove one.", HelpName = "NAME" };
        Option<string[]> mac = new("--mac") { Description = "Give a port its MAC address (roles: 'devices show').", HelpName = "ROLE=MAC" };
        Option<string?> label = new("--mac-from-label") { Description = "All addresses from the one on the label.", HelpName = "MAC" };
        Option<string?> device = new("--device", "--for") { Description = "The device, for the places of its addresses.", HelpName = "ID" };
        Option<string?> save = new("--save-edits") { Description = "Write the edits to a file that takes them back.", HelpName = "FILE" };
        Option<string?> undo = new("--undo") { Description = "Take the edits of such a file back.", HelpName = "FILE" };
        Option<bool> dryRun = new("--dry-run") { Description = "Only list the edits." };
        Option<bool> force = new("--force") { Description = "Replace existing files." };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        foreach (Option<string[]> named in (Option<string[]>[])[set, mac])
        {
            named.Validators.Add(result =>
            {
                if (result.Tokens.FirstOrDefault(t => t.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } token)
                    result.AddError($"{named.Name} wants {named.HelpName}, not {token.Value}");
            });
        }
        DocumentedCommand edit = new("edit", "Change variables or MAC addresses of a dump: checksums right, length kept, every byte listed.")
        {
            Usage = ["image edit FILE -o OUT [OPTIONS]"],
            Examples =
            [
                "image edit dump.bin --set bootdelay=5 --set uart_en=1 -o edited.bin",
                "image edit dump.bin --device xiaomi_mi-router-4a-gigabit --mac-from-label 50:64:2b:11:22:33 -o mine.bin",
            ],
            Related = ["image diff --help", "image layout --help"],
        };
        edit.Add(file);
        foreach (Option option in (Option[])[output, set, unset, mac, label, device, save, undo, dryRun, force, json])
            edit.Add(option);
        edit.SetAction((parsed, ct) =>
        {
            EditRequest request = Request(parsed.GetValue(set), parsed.GetValue(unset), parsed.GetValue(mac), parsed.GetValue(label));
            return RunAsync(
                new ImageEditOptions(
                    parsed.GetValue(file)!, parsed.GetValue(output)!, request, parsed.GetValue(device), parsed.GetValue(undo), parsed.GetValue(save),
                    parsed.GetValue(force), parsed.GetValue(dryRun), parsed.GetValue(json)),
                console, ct);
        });
        return edit;
    }

    /// <summary>What the options of an edit ask for; <c>NAME=VALUE</c> was checked before.</summary>
    public static EditRequest Request(string[]? set, string[]? unset, string[]? mac, string? label) => new(
        [.. (set ?? []).Select(Pair).Select(p => new EnvironmentChange(p.Key, p.Value)), .. (unset ?? []).Select(name => new EnvironmentChange(name, null))],
        [.. (mac ?? []).Select(Pair)], label);

    public static Task<int> RunAsync(ImageEditOptions options, CliConsole console, CancellationToken ct) =>
        ImageRun.RunAsync(console, options.Json, stop =>
        {
            OutputFile made = new(options.Output, [options.File], options.Force);
            OutputFile? sheet = options.SaveEdits is null ? null : new OutputFile(options.SaveEdits, [options.File, options.Output], options.Force);
            if (!options.DryRun)
            {
                made.Check();
                sheet?.Check();
            }
            byte[] bytes = ImageFile.Read(options.File);
            DeviceProfile? device = options.Device is null ? null : ImageRun.Device(options.Device);
            EditedImage edited = options.Undo is null
                ? ImageEditor.Edit(bytes, options.Request, device)
                : EditSheet.Read(options.Undo).Undo(bytes, options.Undo);
            if (!options.DryRun)
            {
                sheet?.Write(EditSheet.Of(edited).ToJson(), stop);
                made.Write(edited.Bytes.Span, stop);
            }
            ImageEditResult result = new(options.Output, Convert.ToHexStringLower(SHA256.HashData(edited.Bytes.Span)), Rows(edited.Edits));
            if (!options.Json)
                Write(result, edited, options.DryRun, console);
            return result;
        }, ct);

    public static ImmutableArray<EditRow> Rows(ImmutableArray<Edit> edits) =>
        [.. edits.Select(e => new EditRow(e.At, Convert.ToHexStringLower(e.Old.Span), Convert.ToHexStringLower(e.New.Span), e.Why))];

    private static void Write(ImageEditResult result, EditedImage edited, bool dryRun, CliConsole console)
    {
        int width = PlainText.Columns(console.Width);
        foreach (IGrouping<string, Edit> group in edited.Edits.GroupBy(e => e.Why))
        {
            PlainText.Write(console.Out, "edit", group.Key, 9, width);
            foreach (Edit edit in group)
                PlainText.Write(console.Out, "", $"0x{edit.At:x6}  {Hex(edit.Old.Span)} -> {Hex(edit.New.Span)}", 11, width);
        }
        int changed = edited.Edits.Sum(e => e.New.Length);
        if (changed == 0)
            console.Out.WriteLine("edit     nothing: it is so already");
        string wrote = dryRun ? "would" : "wrote";
        string size = ByteText.Exact(edited.Bytes.Length);
        PlainText.Write(console.Out, wrote, $"{result.Out}   {size}, same length, {changed:N0} bytes in changed stretches", 9, width);
        console.Out.WriteLine($"sha256   {result.Sha256}");
    }

    private static string Hex(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= BytesInText
            ? Convert.ToHexStringLower(bytes)
            : $"{Convert.ToHexStringLower(bytes[..BytesInText])}... ({bytes.Length:N0} bytes)";

    private static KeyValuePair<string, string> Pair(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return new(text[..equals], text[(equals + 1)..]);
    }
}
