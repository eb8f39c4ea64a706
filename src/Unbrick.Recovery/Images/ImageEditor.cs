using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats;
using Unbrick.Formats.Editing;
using Unbrick.Formats.Flash;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Images;

/// <summary>Makes the edits that the user asked for, with what is known about the device.</summary>
public static class ImageEditor
{
    /// <summary>
    /// Addresses that are not a unit's own: from dumps that were shared in forums, and what firmware takes when it finds none (placeholders
    /// of the chip makers' kits).
    /// </summary>
    private static readonly ImmutableHashSet<MacAddress> s_shared = Parse(
        "EC:41:18:C8:D4:2E", "00:0C:43:28:80:36", "00:0C:43:26:60:60", "00:0C:43:76:20:77", "00:0C:43:66:99:66", "00:11:22:33:44:55",
        "00:AA:BB:CC:DD:10", "00:03:7F:00:00:00", "00:03:7F:FF:FF:FF", "00:10:18:00:00:00", "00:90:4C:00:00:01", "12:34:56:78:90:12");

    /// <summary>Sets and removes variables, then moves addresses, then sets the checksums of what was touched right.</summary>
    public static EditedImage Edit(ReadOnlyMemory<byte> image, EditRequest request, DeviceProfile? device)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            EditedImage edited = new(image);
            if (!request.Environment.IsEmpty)
                EnvironmentEditor.Apply(edited, ImageScan.Tile(image), request.Environment, device?.Environment?.At, device?.Environment?.Size);
            if (request.Label is not null || !request.Macs.IsEmpty)
                SetAddresses(edited, request, device);
            return edited;
        }
        catch (EditRefusedException e)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.EditRefused, [$"{e.Code}: {e.Reason}"], ("what", e.What), ("reason", e.Reason)), ExitCode.Refused);
        }
    }

    private static void SetAddresses(EditedImage edited, EditRequest request, DeviceProfile? device)
    {
        if (device is null)
            throw new EditRefusedException("MAC address", "where it lies is known for a device only: --device ID", FlawCode.Structure);
        MacEditor editor = new(edited, DeviceMacs.Spots(device), s_shared);
        if (request.Label is { } label)
            editor.SetFromLabel(Address(label, "label"));
        foreach ((string role, string text) in request.Macs)
            editor.Set(role, Address(text, role));
        Xor16Blocks.Fix(edited, device.Calibration.Select(c => c.At));
    }

    private static MacAddress Address(string text, string role) => MacAddress.TryParse(text, out MacAddress mac)
        ? mac
        : throw new EditRefusedException($"MAC address {role}={text}", "it is no MAC address; write 64:70:02:ab:cd:ef", FlawCode.Structure);

    private static ImmutableHashSet<MacAddress> Parse(params ReadOnlySpan<string> texts)
    {
        ImmutableHashSet<MacAddress>.Builder parsed = ImmutableHashSet.CreateBuilder<MacAddress>();
        foreach (string text in texts)
            parsed.Add(MacAddress.TryParse(text, out MacAddress mac) ? mac : throw new FormatException(text));
        return parsed.ToImmutable();
    }
}
