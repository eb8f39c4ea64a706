using System.Collections.Immutable;

namespace Unbrick.Sim.Spi.Nand;

/// <summary>The SPI NAND chips that can be simulated: one of each way in which they differ. Ids and geometry after the data sheets.</summary>
public static class SimNandModels
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<SimNandModel> All { get; } =
    [
        Winbond("W25N01GV", 0xAA, 0x21),
        Winbond("W25N01GW", 0xBA, 0x21) with { Millivolts = (1_700, 1_950) },
        Winbond("W25M02GV", 0xAB, 0x21) with { Blocks = 2048, Dies = 2 },
        new()
        {
            Name = "GD5F1GQ4UExxG",
            Id = [0xC8, 0xD1],
            IdPlace = SimNandId.Address,
            Oob = 128,
            Corrects = 8,
            Status = SimNandStatus.GigaDeviceE,
            PageTime = TimeSpan.FromMicroseconds(80),
        },
        new()
        {
            Name = "GD5F1GQ4UFxxG",
            Id = [0xC8, 0xB1, 0x48],
            IdPlace = SimNandId.Plain,
            Oob = 128,
            Corrects = 8,
            Status = SimNandStatus.GigaDeviceF,
            PageTime = TimeSpan.FromMicroseconds(80),
        },
        new()
        {
            Name = "MX35LF1GE4AB",
            Id = [0xC2, 0x12],
            Corrects = 4,
            PageTime = TimeSpan.FromMicroseconds(45),
        },
        new()
        {
            Name = "MT29F2G01ABAGD",
            Id = [0x2C, 0x24],
            Oob = 128,
            Blocks = 2048,
            Planes = 2,
            Corrects = 8,
            Status = SimNandStatus.Micron,
            Protection = 0x7C,
        },
    ];

    /// <summary>The names of all.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(model => model.Name)];

    /// <summary>The model with a name, in any case; null when there is none.</summary>
    public static SimNandModel? Find(string name) => All.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase));

    private static SimNandModel Winbond(string name, byte device, byte size) => new()
    {
        Name = name,
        Id = [0xEF, device, size],
        Stream = SimNandStream.BitClear,
        Protection = 0x7C,
        Configuration = 0x18,
    };
}
