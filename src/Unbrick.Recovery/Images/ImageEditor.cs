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
            Problem refused = ProblemCatalogue.Create(
                ProblemCode.EditRefused, [$"{e.Code}: {e.Reason}"], ("what", e.What), ("reason", e.Reason));
            throw new UnbrickException(refused, ExitCode.Refused);
        }
    }

    private static void SetAddresses(EditedImage edited, EditRequest request, DeviceProfile? device)
    {
        if (device is null)
            throw new EditRefusedException("MAC address", "where it lies is known for a device only: --device ID", FlawCode.Structure);
        MacEditor editor = new(edited, DeviceMacs.Spots(device), SharedMacs.All);
        if (request.Label is { } label)
            editor.SetFromLabel(Address(label, "label"));
        foreach ((string role, string text) in request.Macs)
            editor.Set(role, Address(text, role));
        Xor16Blocks.Fix(edited, device.Calibration.Select(c => c.At));
    }

    private static MacAddress Address(string text, string role) => MacAddress.TryParse(text, out MacAddress mac)
        ? mac
        : throw new EditRefusedException($"MAC address {role}={text}", "it is no MAC address; write 64:70:02:ab:cd:ef", FlawCode.Structure);
}
