namespace Unbrick.Recovery.Devices;

/// <summary>How OpenWrt makes one of its images for the device.</summary>
/// <param name="Name">End of the file name (<c>sysupgrade.bin</c>, <c>factory-eu.bin</c>).</param>
/// <param name="Steps">The steps (<c>append-kernel | pad-to 64k | append-rootfs</c>).</param>
public sealed record ImageRecipe(string Name, string Steps);
