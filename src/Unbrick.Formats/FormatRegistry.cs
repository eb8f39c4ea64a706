using System.Collections.Immutable;

namespace Unbrick.Formats;

/// <summary>All formats. A new one is a line here.</summary>
public static class FormatRegistry
{
    /// <summary>In the order in which they are asked where several could begin at the same place: containers before what they contain.</summary>
    public static ImmutableArray<IFirmwareFormat> All { get; } =
    [
        new Kernel.UImage(),
        new Kernel.Fit(),
        new Kernel.Dtb(),
        new FileSystems.Ubi(),
        new FileSystems.Jffs2(),
        new FileSystems.Ubifs(),
        new FileSystems.Squashfs(),
        new FileSystems.Cramfs(),
        new FileSystems.Romfs(),
        new Compression.CompressedStream(),
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
