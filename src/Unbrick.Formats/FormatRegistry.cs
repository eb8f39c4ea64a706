using System.Collections.Immutable;

namespace Unbrick.Formats;

/// <summary>All formats. A new one is a line here.</summary>
public static class FormatRegistry
{
    /// <summary>In the order in which they are asked where several could begin at the same place: containers before what they contain.</summary>
    public static ImmutableArray<IFirmwareFormat> All { get; } =
    [
        new TpLink.Safeloader(),
        new TpLink.TpLinkRecoveryRaw(),
        new TpLink.TpLinkV1(),
        new TpLink.TpLinkV2(),
        new TpLink.TpLinkV3(),
        new Xiaomi.XiaomiHdr1(),
        new Xiaomi.XiaomiHdr2(),
        new Trx.Cybertan(),
        new Trx.AsusTrx(),
        new Trx.TrxImage(),
        new Trx.AsusUImage(),
        new Kernel.UImage(),
        new Kernel.Fit(),
        new Kernel.Dtb(),
    ];

    /// <summary>The format with that id, or null.</summary>
    public static IFirmwareFormat? Find(string id)
    {
        foreach (IFirmwareFormat format in All)
        {
            if (format.Id == id)
                return format;
        }
        return null;
    }
}
