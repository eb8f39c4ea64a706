using System.Collections.Immutable;
using Unbrick.Hardware.Spi;

namespace Unbrick.Sim.Spi;

/// <summary>
/// The chips that can be simulated: those of the threads, their relatives that behave otherwise, and small ones for tests that try everything.
/// Ids, sizes and commands are those of flashrom's list, times those of the data sheets, rounded.
/// </summary>
public static class SimNorModels
{
    private static readonly ImmutableArray<EraseCommand> s_winbond = Erases(45, 400, 120, 1_600, 150, 2_000);

    /// <summary>All of them.</summary>
    public static ImmutableArray<SimNorModel> All { get; } =
    [
        Winbond("W25Q128BV", 0x40, 0x18, 40) with { Status = NorStatusRegisters.TwoTogether, SfdpDwords = 9 },
        Winbond("W25Q128FV", 0x40, 0x18, 40),
        Winbond("W25Q64FV", 0x40, 0x17, 20) with { Status = NorStatusRegisters.TwoTogether, SfdpDwords = 9 },
        Winbond("W25Q64FW", 0x60, 0x17, 20) with { Millivolts = (1_650, 1_950) },
        Winbond("W25Q256FV", 0x40, 0x19, 80) with
        {
            ProtectBits = 4,
            FourByte = FourByteWays.ModeAfterWriteEnable | FourByteWays.Register | FourByteWays.Reads,
        },
        Winbond("W25Q256JV", 0x40, 0x19, 80) with
        {
            ProtectBits = 4,
            FourByte = FourByteWays.Mode | FourByteWays.Register | FourByteWays.Reads | FourByteWays.Writes,
        },
        Winbond("W25Q80BV", 0x40, 0x14, 3) with { Status = NorStatusRegisters.TwoTogether, SfdpDwords = 9 },
        Winbond("W25X05", 0x30, 0x10, 1) with
        {
            Status = NorStatusRegisters.One,
            ProtectBits = 2,
            SfdpDwords = 0,
            Security = null,
            HasUniqueId = false,
        },
        new()
        {
            Name = "GD25Q128C",
            Jedec = [0xC8, 0x40, 0x18],
            DeviceId = 0x17,
            Size = 1 << 24,
            Erases = Erases(50, 400, 160, 1_600, 200, 3_000),
            PageTime = TimeSpan.FromMilliseconds(0.6),
            LongestPageTime = TimeSpan.FromMilliseconds(2.4),
            ChipTime = TimeSpan.FromSeconds(60),
            StatusTime = TimeSpan.FromMilliseconds(5),
            Status = NorStatusRegisters.ThreeApart,
            Security = new(3, 0x1000, 0x1000, 512),
            SfdpDwords = 9,
        },
        new()
        {
            Name = "MX25L12835F",
            Jedec = [0xC2, 0x20, 0x18],
            DeviceId = 0x17,
            Size = 1 << 24,
            Erases = Erases(30, 200, 150, 1_000, 280, 2_000),
            PageTime = TimeSpan.FromMilliseconds(0.33),
            LongestPageTime = TimeSpan.FromMilliseconds(1.5),
            ChipTime = TimeSpan.FromSeconds(60),
            Status = NorStatusRegisters.StatusAndConfiguration,
            ProtectBits = 4,
            Security = new(1, 0, 0x1000, 512) { Read = 0x03, Dummies = 0, Enter = 0xB1, Leave = 0xC1 },
            HasUniqueId = false,
        },
    ];

    /// <summary>The names of all.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(model => model.Name)];

    /// <summary>The model with a name, in any case; null when there is none.</summary>
    public static SimNorModel? Find(string name) => All.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase));

    private static SimNorModel Winbond(string name, byte type, byte code, double chipSeconds) => new()
    {
        Name = name,
        Jedec = [0xEF, type, code],
        DeviceId = (byte)(code - 1),
        Size = 1 << code,
        Erases = s_winbond,
        ChipTime = TimeSpan.FromSeconds(chipSeconds),
    };

    private static ImmutableArray<EraseCommand> Erases(int sector, int sectorMost, int half, int halfMost, int block, int blockMost) =>
    [
        new(0x20, 0x1000, TimeSpan.FromMilliseconds(sector), TimeSpan.FromMilliseconds(sectorMost)),
        new(0x52, 0x8000, TimeSpan.FromMilliseconds(half), TimeSpan.FromMilliseconds(halfMost)),
        new(0xD8, 0x1_0000, TimeSpan.FromMilliseconds(block), TimeSpan.FromMilliseconds(blockMost)),
    ];
}
