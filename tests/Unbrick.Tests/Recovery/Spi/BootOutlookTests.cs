using Unbrick.Formats.Editing;
using Unbrick.Recovery.Spi;

namespace Unbrick.Tests.Recovery.Spi;

/// <summary>Whether a device starts from a chip that a write left in the middle.</summary>
public sealed class BootOutlookTests
{
    private const int Size = 0x10_0000;

    private static readonly Layout s_layout = new(
        [
            new("u-boot", 0, 0x3_0000, RegionKind.Bootloader, false), new("u-boot-env", 0x3_0000, 0x1_0000, RegionKind.Env, true),
            new("factory", 0x4_0000, 0x1_0000, RegionKind.Calibration, false), new("firmware", 0x5_0000, 0xB_0000, RegionKind.Firmware, true),
        ],
        LayoutSource.Content);

    [Theory]
    [InlineData("", "", "", "it can start")]
    [InlineData("30000 40000 50000", "30000", "", "it can start")]
    [InlineData("50000 51000", "50000", "", "its boot loader starts and can be given an image, the firmware (firmware at 0x050000) is not whole")]
    [InlineData("50000 51000", "50000 51000", "51000", "its boot loader starts and can be given an image, the firmware (firmware at 0x050000) is not whole")]
    [InlineData("0 1000 50000 51000", "0 50000", "", "it will not start: the boot loader (u-boot at 0x000000) is not whole")]
    [InlineData("30000", "", "30000", "it starts; its boot loader takes its defaults, as the environment (u-boot-env at 0x030000) is not whole")]
    [InlineData("30000 40000", "30000", "40000", "it starts; Wi-Fi may be missing, as the calibration (factory at 0x040000) is not whole")]
    public void The_worst_region_that_is_neither_old_nor_new_decides(string planned, string done, string broken, string words) =>
        Assert.Equal(words, new BootOutlook(s_layout, Set(planned), Set(done), Set(broken)).Words);

    private static SectorSet Set(string addresses)
    {
        SectorSet set = new(Size);
        foreach (string address in addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            set.Add(Convert.ToInt32(address, 16), 1);
        return set;
    }
}
