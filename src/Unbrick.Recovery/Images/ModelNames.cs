using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Which devices go by a name. Boot loaders keep the model in their environment (Xiaomi <c>model=R4A</c>), as it is on the label or as the
/// vendor's developers say, without spelling that anyone could rely on.
/// </summary>
internal sealed class ModelNames(IEnumerable<DeviceTraits> devices)
{
    /// <summary>"x1" is a name of four models, and of much else.</summary>
    private const int ShortestName = 3;

    private readonly Lazy<Dictionary<string, HashSet<DeviceTraits>>> _byName = new(() => ByName(devices));

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
    public IReadOnlySet<DeviceTraits> With(string name) => _byName.Value.TryGetValue(name, out HashSet<DeviceTraits>? devices) ? devices : new HashSet<DeviceTraits>();

    private static bool IsName(string squashed) => squashed.Length >= ShortestName && squashed.Any(char.IsAsciiDigit) && squashed.Any(char.IsAsciiLetter);

    private static Dictionary<string, HashSet<DeviceTraits>> ByName(IEnumerable<DeviceTraits> devices)
    {
        Dictionary<string, HashSet<DeviceTraits>> named = new(StringComparer.Ordinal);
        foreach (DeviceTraits device in devices)
        {
            foreach (string name in device.Names.Select(SearchText.Squash).Where(IsName))
            {
                if (!named.TryGetValue(name, out HashSet<DeviceTraits>? all))
                    named[name] = all = [];
                all.Add(device);
            }
        }
        return named;
    }
}
