using System.Collections.Immutable;

namespace Unbrick.Recovery.Lines;

/// <summary>Rates that consoles have.</summary>
public static class LineRates
{
    /// <summary>
    /// The usual ones, the likeliest first: routers, then the ROM of the ESP8266 (74880) and of Rockchip (1500000), then what is rare
    /// (facts/console.md, section 2).
    /// </summary>
    public static ImmutableArray<int> Usual { get; } =
        [115_200, 57_600, 38_400, 9_600, 19_200, 74_880, 1_500_000, 921_600, 230_400, 460_800, 2_400, 4_800, 128_000, 250_000, 500_000, 1_000_000, 3_000_000];

    /// <summary>Others that some board has had; tried when what arrives looks like them, or when all else has failed.</summary>
    public static ImmutableArray<int> Rare { get; } =
        [2_000_000, 28_800, 14_400, 31_250, 62_500, 100_000, 153_600, 187_500, 312_500, 375_000, 625_000, 750_000, 1_152_000, 4_000_000, 1_200, 600, 300];

    /// <summary>Both.</summary>
    public static ImmutableArray<int> All { get; } = [.. Usual, .. Rare];
}
