using Unbrick.Recovery.Esp;

namespace Unbrick.Tests.Recovery.Esp;

public sealed class EspBootRulesTests
{
    [Theory]
    [InlineData("ets Jan  8 2013,rst cause:2, boot mode:(3,6)|csum 0x10|rf cal sector: 251|ets Jan  8 2013,rst cause:1, boot mode:(3,6)|csum 0x10|ets Jan  8 2013,rst cause:1, boot mode:(3,6)", "esp-brownout")]
    [InlineData("ets Jan  8 2013,rst cause:2, boot mode:(3,6)|csum 0x10|ets Jan  8 2013,rst cause:4, boot mode:(3,6)|ets Jan  8 2013,rst cause:4, boot mode:(3,6)", "esp-wdt")]
    [InlineData("ets Jan  8 2013,rst cause:1, boot mode:(3,6)|ets_main.c|ets Jan  8 2013,rst cause:1, boot mode:(3,6)|ets_main.c", "esp-flash-empty")]
    [InlineData("rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)|Brownout detector was triggered", "esp-brownout")]
    [InlineData("csum 0x10|rf cal sector: 251|ets Jan  8 2013,rst cause:1, boot mode:(1,6)", "esp-boot-strap")]
    [InlineData("ets Jan  8 2013,rst cause:1, boot mode:(3,6)|csum 0x10|rf cal sector: 251", "ok-normal-boot")]
    public void A_start_is_named(string lines, string cause) => Assert.Equal(cause, Read(lines).Cause);

    [Fact]
    public void A_chip_that_ran_and_lost_its_power_may_have_lost_it_by_its_supply()
    {
        Assert.Contains("500 mA", Read("csum 0x10|ets Jan  8 2013,rst cause:1, boot mode:(1,6)").Next, StringComparison.Ordinal);
        Assert.DoesNotContain("500 mA", Read("ets Jan  8 2013,rst cause:1, boot mode:(1,6)").Next, StringComparison.Ordinal);
    }

    private static EspBootVerdict Read(string lines) => new EspBootReading().Read([.. lines.Split('|')]);
}
