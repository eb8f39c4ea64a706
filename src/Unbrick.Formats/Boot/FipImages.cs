using System.Collections.Frozen;

namespace Unbrick.Formats.Boot;

/// <summary>
/// What the UUIDs of a firmware image package stand for (Trusted Firmware-A include/tools_share/firmware_image_package.h); the names are those
/// of fiptool's options.
/// </summary>
internal static class FipImages
{
    private static readonly FrozenDictionary<string, string> s_names = new Dictionary<string, string>
    {
        ["5ff9ec0b4d223e4da544c39d81c73f0a"] = "tb-fw",
        ["9766fd3d89bee849ae5d78a140608213"] = "scp-fw",
        ["47d4086d4cfe98469b952950cbbd5a00"] = "soc-fw",
        ["05d0e18953dc13478d2b500a4b7a3e38"] = "tos-fw",
        ["d6d0eea7fcead54b97829934f234b6e4"] = "nt-fw",
    }.ToFrozenDictionary();

    /// <summary>Null for an image that is not known: vendors have their own.</summary>
    public static string? NameOf(ReadOnlySpan<byte> uuid) => s_names.GetValueOrDefault(Convert.ToHexStringLower(uuid));
}
