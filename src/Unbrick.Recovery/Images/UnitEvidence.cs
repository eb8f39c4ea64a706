using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>Do the MAC addresses lie where this model has them?</summary>
internal static class UnitEvidence
{
    /// <summary>
    /// Random bytes make a plausible address in one of two cases, but not one of the same vendor as another (1 in 2^24), as those of one
    /// unit nearly always are.
    /// </summary>
    private const double Plausible = 0.6, SameVendor = 3.5, NoAddress = -2.5, Stranger = -1.2;

    public static void Weigh(Scored score, DumpPlaces dump)
    {
        ReadOnlySpan<byte> bytes = dump.Image.Bytes.Span;
        List<(ulong Mac, long At)> found = [];
        int asked = 0;
        foreach (MacPlace place in score.Device.Macs)
        {
            if (place.At is not long at || at > bytes.Length - 6)
                continue;
            asked++;
            ulong mac = MacText.Read(bytes[(int)at..]);
            if (MacText.IsPlausible(mac))
                found.Add((mac, at));
        }
        double weight = (asked - found.Count) * NoAddress;
        int same = 0;
        foreach ((ulong mac, long at) in found)
        {
            bool shared = found.Exists(other => other.At != at && other.Mac >> 24 == mac >> 24);
            same += shared ? 1 : 0;
            weight += shared ? SameVendor : found.Count == 1 ? Plausible : Stranger;
        }
        string text = same > 1 ? $"{same} MAC addresses of one vendor at this model's places" : "a MAC address at this model's place";
        score.Add(weight, text);
    }
}
