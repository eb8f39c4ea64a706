using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Recipes;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>What a recipe asks about the device that was named: is the input for it, do its images fit the recipe, would it take the result?</summary>
internal static class RecipeRules
{
    private const string Metadata = "append-metadata", CheckSize = "check-size", Padding = "pad-rootfs";

    /// <summary>Steps of OpenWrt's image recipes that put what is there into a container.</summary>
    private static readonly string[] s_containers = ["netgear-chk", "netgear-dni", "seama-seal"];

    /// <summary>What recipes may ask of the device.</summary>
    public static RecipeTarget Target(DeviceProfile device) => new(
        device.Name, device.Supported, device.Header.GetValueOrDefault("device_compat_version", "1.0"), DeviceLayout.Of(device));

    /// <summary>Before anything is made.</summary>
    public static IEnumerable<CheckOutcome> OfInputs(Recipe recipe, ImmutableArray<GivenInput> given, DeviceProfile device)
    {
        for (int i = 0; i < Math.Min(given.Length, recipe.Inputs.Length); i++)
        {
            if (recipe.Inputs[i].ForDevice)
                yield return Names(recipe.Inputs[i], given[i], device);
        }
        if (recipe.SameContent)
            yield return SameContent(device);
    }

    /// <summary>The result, as <c>unbrick image check</c> judges it.</summary>
    public static IEnumerable<CheckOutcome> OfResult(Recipe recipe, RecipeWay way, byte[] image, DeviceProfile device)
    {
        if (!recipe.Inputs.Any(i => i.ForDevice) || !Enum.TryParse(way.Name, ignoreCase: true, out ImageWay by))
            yield break;
        ImageVerdict verdict = ImageCheck.Check(CheckedImage.Of("result", image), device, by, ExpectedValues.Of(device));
        ImageReason? no = verdict.Reasons.FirstOrDefault(r => r.Refuses);
        RecipeCheck check = new()
        {
            What = $"{device.Name} takes the result by {Words.Of(by)}",
            Code = no?.Code ?? "fits",
            Means = no?.Means ?? "",
            Try = no?.Try ?? [],
        };
        yield return new CheckOutcome(check, null, no is null, no is null ? Words.Of(verdict.Purpose) : $"{no.Code}: {no.Seen}");
    }

    private static CheckOutcome Names(RecipeInput input, GivenInput file, DeviceProfile device)
    {
        (bool named, ImmutableArray<ImageReason> wrong) = ImageCheck.Identify(CheckedImage.Of(file.File, file.Bytes), device);
        RecipeCheck check = new()
        {
            What = $"{input.Title} for {device.Name}",
            Code = wrong is [{ } first, ..] ? first.Code : CheckCode.IdentityUnknown,
            Means = wrong is [{ Means.Length: > 0 } why, ..] ? why.Means
                : "The result would say that it is for this device, and nothing in the file says so.",
            Try = ["Compare model and version on the label with the file's name.", "See what the file says about itself: unbrick identify FILE"],
        };
        string seen = wrong is not [{ } no, ..] ? named ? "the file names it" : "the file names no device"
            : no.Want.Length == 0 || no.Seen.Contains(no.Want, StringComparison.Ordinal) ? no.Seen : $"{no.Seen}, not {no.Want}";
        return new CheckOutcome(check, input.Name, named && wrong.IsEmpty, seen);
    }

    /// <summary>OpenWrt makes both images alike up to the container: then what is in the container is the sysupgrade image.</summary>
    private static CheckOutcome SameContent(DeviceProfile device)
    {
        string? sysupgrade = device.Recipes.FirstOrDefault(r => r.Name.StartsWith("sysupgrade", StringComparison.Ordinal))?.Steps;
        bool same = sysupgrade is not null && device.Recipes.Any(r => r.Name.StartsWith("factory", StringComparison.Ordinal)
            && s_containers.Contains(Steps(r.Steps)[^1].Split(' ')[0]) && Content(r.Steps).SequenceEqual(Content(sysupgrade)));
        RecipeCheck check = new()
        {
            What = "the factory image is the sysupgrade image in a container",
            Code = CheckCode.WrongKind,
            Means = "OpenWrt makes the two of different pieces for this device; one cannot be made of the other.",
            Try = ["Download the sysupgrade image of the same release."],
        };
        return new CheckOutcome(check, null, same, sysupgrade is null ? $"no sysupgrade image of {device.Name} is known" : $"OpenWrt makes it by: {SafeText.Show(sysupgrade)}");
    }

    /// <summary>The steps before the container. A seal goes around an entity that has the padding inside or behind it: the bytes are the same.</summary>
    private static IEnumerable<string> Content(string steps)
    {
        string[] all = Steps(steps);
        bool sealing = all.Contains("seama");
        return all.Where(s => !s_containers.Contains(s.Split(' ')[0]) && !(sealing && s.StartsWith(Padding, StringComparison.Ordinal)));
    }

    private static string[] Steps(string steps) =>
        [.. steps.Split('|', StringSplitOptions.TrimEntries).Where(s => s is not (Metadata or CheckSize)).DefaultIfEmpty("")];
}
