using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Devices;

/// <summary>The one device that a job is for: what was typed has to lead to it without doubt.</summary>
public static class DeviceChoice
{
    /// <summary>The device; throws <see cref="UnbrickException"/> when it is unknown or one of several.</summary>
    public static DeviceProfile Find(DeviceLibrary devices, string query)
    {
        ArgumentNullException.ThrowIfNull(devices);
        ArgumentNullException.ThrowIfNull(query);
        DeviceSearch search = devices.Find(query);
        if (search.Best is DeviceMatch best)
            return devices.Get(best.Id)!;
        if (search.Matches.IsEmpty || search.Matches[0].Kind >= MatchKind.NearFile)
        {
            throw Stop(ProblemCode.DeviceUnknown,
                search.Matches.Take(3).Select(m => $"near: {m.Id}  {m.Name}"), ("query", query), ("count", $"{devices.Count:N0}"));
        }
        throw Stop(ProblemCode.DeviceUnclear,
            search.Matches.Take(8).Select(m => $"{m.Id}  {m.Name}"),
            ("query", query), ("count", $"{search.Matches.Length}"), ("example", search.Matches[0].Id));
    }

    private static UnbrickException Stop(string code, IEnumerable<string> seen, params ReadOnlySpan<(string, string)> values) =>
        new(ProblemCatalogue.Create(code, seen, values), ExitCode.NotFound);
}
