using System.Text.Json;
using Unbrick.Recovery.Images;

namespace Unbrick.Tests.Recovery.Images;

public sealed class TargetProcessorsTests
{
    [Fact]
    public void The_file_is_as_its_schema_says()
    {
        using JsonDocument json = DataFiles.Json("data/target-processors.json");
        Assert.Empty(DataFiles.Schema("target-processors").Check(json.RootElement));
    }

    [Theory]
    [InlineData("ath79/generic", "mips")]
    [InlineData("ath79", "mips")]
    [InlineData("mediatek/filogic", "arm64")]
    [InlineData("mediatek/mt7623", null)] // the target has several kinds
    [InlineData("mpc85xx/p1010", "powerpc")]
    [InlineData("nothing/like-it", null)]
    [InlineData(null, null)]
    public void A_target_has_the_processor_of_its_subtarget_or_its_own(string? target, string? processor) =>
        Assert.Equal(processor, TargetProcessors.Of(target));
}
