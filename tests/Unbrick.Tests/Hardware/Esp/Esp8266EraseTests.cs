using Unbrick.Hardware.Esp;

namespace Unbrick.Tests.Hardware.Esp;

public sealed class Esp8266EraseTests
{
    /// <summary>Sectors asked for at an address, and sectors that the ROM erased (measured on the ROM).</summary>
    [Theory]
    [InlineData(0x20000, 1, 2)]
    [InlineData(0x20000, 2, 4)]
    [InlineData(0x20000, 3, 6)]
    [InlineData(0x20000, 16, 32)]
    [InlineData(0x20000, 17, 33)]
    [InlineData(0x20000, 40, 56)]
    [InlineData(0x24000, 4, 8)]
    [InlineData(0x24000, 12, 24)]
    [InlineData(0x24000, 13, 25)]
    [InlineData(0x24000, 20, 32)]
    [InlineData(0x2F000, 1, 2)]
    [InlineData(0x2F000, 2, 3)]
    [InlineData(0x2F000, 3, 4)]
    [InlineData(0x10000, 0, 0)]
    public void The_model_erases_what_the_ROM_erases(int address, int asked, int erased) =>
        Assert.Equal(erased, Esp8266Erase.Erased(address / Esp8266Erase.Sector, asked));

    [Fact]
    public void What_is_asked_for_comes_out_exactly_or_is_not_asked_for()
    {
        for (int sector = 0; sector < 40; sector++)
        {
            for (int wanted = 1; wanted < 80; wanted++)
            {
                if (Esp8266Erase.Ask(sector, wanted) is int asked)
                    Assert.Equal(wanted, Esp8266Erase.Erased(sector, asked));
                else
                    Assert.True(wanted % 2 == 1);
            }
        }
    }
}
