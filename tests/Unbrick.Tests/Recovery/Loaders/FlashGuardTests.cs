using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Loaders;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>What a loader without any check of its own would burn, and must not be given.</summary>
public sealed class FlashGuardTests
{
    private static readonly DeviceProfile s_device = DeviceChoice.Find(new DeviceLibrary(null), WrongImages.Device);

    [Fact]
    public void Wrong_images_of_all_kinds_are_refused_before_anything_is_opened()
    {
        List<string> taken = [];
        int count = 0;
        foreach ((string name, byte[] bytes) in WrongImages.All())
        {
            count++;
            try
            {
                FlashGuard.Check(name, bytes, s_device, null, anyway: true);
                taken.Add(name);
            }
            catch (UnbrickException e)
            {
                Assert.Contains(e.ExitCode, new[] { ExitCode.BadImage, ExitCode.Refused });
            }
        }

        Assert.Empty(taken);
        Assert.InRange(count, 90, 200);
    }

    [Fact]
    public void A_kernel_that_names_no_device_needs_a_word_of_the_users()
    {
        byte[] kernel = UImages.Make(200_000);

        UnbrickException refused = Assert.Throws<UnbrickException>(() => FlashGuard.CheckImage("k", kernel, s_device, anyway: false));

        Assert.Equal(ExitCode.Refused, refused.ExitCode);
        FlashGuard.CheckImage("k", kernel, s_device, anyway: true);
    }

    [Theory]
    [InlineData("u-boot")]
    [InlineData("factory")]
    [InlineData("Bdata")]
    [InlineData("no-such-region")]
    public void Only_firmware_is_a_place_to_write(string region) =>
        Assert.Equal(ExitCode.Refused, Assert.Throws<UnbrickException>(() => FlashGuard.Place(s_device, region, 100)).ExitCode);

    [Fact]
    public void Firmware_is_written_where_the_device_has_it_and_no_further()
    {
        Region place = FlashGuard.Place(s_device, null, 0xE8_0000);

        Assert.Equal(0x18_0000, place.Offset);
        Assert.Throws<UnbrickException>(() => FlashGuard.Place(s_device, null, 0xE8_0001));
    }
}
