using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>Does the boot loader's environment lie where this model has it, and is it as long?</summary>
internal static class EnvironmentEvidence
{
    /// <summary>The environment is not valid, as on a unit that never saved it.</summary>
    private const double NoEnvironment = -1.5;

    /// <summary>
    /// The CRC covers as many bytes as this model's boot loader was built for; where that is not known, most loaders take the whole partition,
    /// and none goes past its end.
    /// </summary>
    private const double OwnSize = 1, OtherSize = -3, WholePart = 0.5, NotWholePart = -0.5;

    public static void Weigh(Scored score, DumpPlaces dump)
    {
        if (score.Device.Environment is not { } place)
        {
            foreach (Finding found in dump.Environments)
            {
                LayoutEvidence.Thing(score, found, IsNamed);
                Size(score, found, null);
            }
            return;
        }
        Finding? there = dump.Environments.Find(f => f.Offset == place.At);
        if (there is null)
        {
            score.Add(dump.Environments.Count > 0 ? LayoutEvidence.Misplaced : NoEnvironment);
            return;
        }
        score.Add(LayoutEvidence.InPlace, $"{there.Format} at 0x{there.Offset:x}, where this model has its environment");
        Size(score, there, place.Size);
    }

    private static void Size(Scored score, Finding found, long? wanted)
    {
        if (found["size"] is not long has)
            return;
        long[] rooms = [.. (score.Device.Chip?.Parts ?? []).Where(p => p.Offset == found.Offset && p.Size > 0 && IsNamed(p)).Select(p => p.Size)];
        if (wanted is not null)
            score.Add(has == wanted ? OwnSize : OtherSize, $"the environment's CRC covers {has:N0} bytes");
        else if (rooms.Length > 0)
            score.Add(rooms.Min() < has ? OtherSize : rooms.Contains(has) ? WholePart : NotWholePart);
    }

    private static bool IsNamed(FlashPart part) => part.Name.Contains("env", StringComparison.OrdinalIgnoreCase);
}
