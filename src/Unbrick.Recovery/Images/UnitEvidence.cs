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

    /// <summary>No device of the list has more than 53.</summary>
    private const int MostPlaces = 64;

    public static void Weigh(Scored score, DumpPlaces dump)
    {
        ReadOnlySpan<byte> bytes = dump.Image.Bytes.Span;
        // Places of a device are few; this is asked of thousands of devices and must leave nothing behind.
        Span<ulong> found = stackalloc ulong[MostPlaces];
        int asked = 0, plausible = 0;
        foreach (MacPlace place in score.Device.Macs)
        {
            if (place.At is not long at || at > bytes.Length - MacText.Bytes || plausible == MostPlaces)
                continue;
            asked++;
            ulong mac = MacText.Read(bytes[(int)at..]);
            if (MacText.IsPlausible(mac))
                found[plausible++] = mac;
        }
        found = found[..plausible];
        double weight = (asked - plausible) * NoAddress;
        int same = 0;
        for (int i = 0; i < plausible; i++)
        {
            bool shared = SharesVendor(found, i);
            same += shared ? 1 : 0;
            weight += shared ? SameVendor : plausible == 1 ? Plausible : Stranger;
        }
        if (same > 1)
            score.Add(weight, $"{same} MAC addresses of one vendor at this model's places");
        else
            score.Add(weight, "a MAC address at this model's place");
    }

    private static bool SharesVendor(ReadOnlySpan<ulong> macs, int which)
    {
        for (int i = 0; i < macs.Length; i++)
        {
            if (i != which && macs[i] >> 24 == macs[which] >> 24)
                return true;
        }
        return false;
    }
}
