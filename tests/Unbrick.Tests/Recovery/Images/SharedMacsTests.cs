using System.Text.Json;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats.Flash;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Images;

namespace Unbrick.Tests.Recovery.Images;

public sealed class SharedMacsTests
{
    [Fact]
    public void The_file_keeps_to_its_schema_and_every_address_is_read_once()
    {
        using JsonDocument json = DataFiles.Json("data/shared-macs.json");
        Assert.Empty(DataFiles.Schema("shared-macs").Check(json.RootElement));
        Assert.Equal(json.RootElement.GetProperty("macs").GetArrayLength(), SharedMacs.All.Count);
    }

    [Theory]
    [InlineData("EC:41:18:C8:D4:2E")]
    [InlineData("ec:41:18:c8:d4:2c")]
    public void An_address_of_the_image_that_was_passed_around_is_given_to_no_unit(string mac)
    {
        Assert.True(MacAddress.TryParse(mac, out MacAddress parsed));
        Assert.Contains(parsed, SharedMacs.All);
        DeviceProfile device = new DeviceLibrary().Get("xiaomi_mi-router-4a-gigabit")!;
        UnbrickException refused = Assert.Throws<UnbrickException>(
            () => ImageEditor.Edit(new byte[0x100_0000], new EditRequest([], [new("wlan2g", mac)], null), device));
        Assert.Equal(ExitCode.Refused, refused.ExitCode);
    }
}
