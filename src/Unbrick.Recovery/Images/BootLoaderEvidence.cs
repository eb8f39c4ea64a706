namespace Unbrick.Recovery.Images;

/// <summary>Is the boot loader of the kind that this model's map is named after? Users replace them, but by Breed and U-Boot alone.</summary>
internal static class BootLoaderEvidence
{
    /// <summary>Most devices have a U-Boot; each of the others is rare.</summary>
    private const double SameCommon = 0.3, SameRare = 3, Other = -4;

    private const string UBoot = "u-boot";

    /// <summary>What the first partition is called, by the loader in it (<see cref="Formats.Flash.BootLoader"/> has the words).</summary>
    private static readonly (string Word, string Loader)[] s_names =
    [
        ("routerboot", "routerboot"), ("mikrotik", "routerboot"), ("cfe", "cfe"), ("urlader", "eva"), ("adam2", "adam2"), ("redboot", "redboot"),
        ("bootbase", "bootbase"), ("u-boot", UBoot), ("uboot", UBoot),
    ];

    public static void Weigh(Scored score, DumpPlaces dump)
    {
        if (dump.Image.Findings is not [{ Format: "bootloader", Variant: string found }, ..] || found == "breed")
            return;
        if (score.Device.Chip?.Parts.FirstOrDefault(p => p.Offset == 0) is not { } first)
            return;
        string? own = s_names.FirstOrDefault(n => first.Name.Contains(n.Word, StringComparison.OrdinalIgnoreCase)).Loader;
        string has = found is "ralink-u-boot" or "pepe2k" ? UBoot : found;
        if (own is null)
            return;
        if (own != has)
            score.Add(Other);
        else
            score.Add(own == UBoot ? SameCommon : SameRare, $"the boot loader is {found}, as this model's");
    }
}
