using System.Collections.Immutable;
using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Which devices go by a name. Boot loaders keep the model in their environment (Xiaomi <c>model=R4A</c>), as it is on the label or as the
/// vendor's developers say, without spelling that anyone could rely on.
/// </summary>
internal sealed class ModelNames(ImmutableArray<DeviceTraits> devices)
{
    /// <summary>"x1" is a name of four models, and of much else.</summary>
    private const int ShortestName = 3;

    /// <summary>
    /// Hash of a name and number of a device that goes by it, ascending. The names themselves are megabytes that an image has one or two of.
    /// </summary>
    private readonly Lazy<ulong[]> _hashes = new(() => HashesOf(devices));

    /// <summary>Names that variables of whole environments give the device, squashed, each with a sentence of evidence.</summary>
    public static Dictionary<string, string> Of(IEnumerable<Finding> findings)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (Finding finding in findings)
        {
            if (finding.Format != "uboot-env" || finding.Verdict == Verdict.Bad
                || finding["variables"] is not IReadOnlyDictionary<string, string> variables)
                continue;
            foreach (string variable in ModelVariables.All)
            {
                if (variables.TryGetValue(variable, out string? value) && IsName(SearchText.Squash(value)))
                    names.TryAdd(SearchText.Squash(value), $"the environment at 0x{finding.Offset:x} has {variable}={value}");
            }
        }
        return names;
    }

    /// <summary>The devices that go by the name; none when nobody does.</summary>
    public IReadOnlySet<DeviceTraits> With(string name)
    {
        HashSet<DeviceTraits> found = [];
        ulong[] hashes = _hashes.Value;
        int at = Array.BinarySearch(hashes, HashOf(name));
        for (at = at < 0 ? ~at : at; at < hashes.Length && hashes[at] >> 32 == HashOf(name) >> 32; at++)
        {
            DeviceTraits device = devices[(int)(uint)hashes[at]];
            if (device.Names.Select(SearchText.Squash).Contains(name))
                found.Add(device);
        }
        return found;
    }

    private static bool IsName(string squashed) => squashed.Length >= ShortestName && squashed.Any(char.IsAsciiDigit) && squashed.Any(char.IsAsciiLetter);

    private static ulong[] HashesOf(ImmutableArray<DeviceTraits> devices)
    {
        List<ulong> hashes = [];
        for (int i = 0; i < devices.Length; i++)
        {
            foreach (string name in devices[i].Names.Select(SearchText.Squash).Where(IsName))
                hashes.Add(HashOf(name) | (uint)i);
        }
        hashes.Sort();
        return [.. hashes];
    }

    /// <summary>In the high half; the low one is 0.</summary>
    private static ulong HashOf(string name) => (ulong)(uint)name.GetHashCode(StringComparison.Ordinal) << 32;
}
