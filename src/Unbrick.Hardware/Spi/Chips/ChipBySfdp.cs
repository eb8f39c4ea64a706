using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Puts a chip's own description (SFDP) into what is known of it.</summary>
internal static class ChipBySfdp
{
    private const int ThreeBytes = 16 << 20;

    /// <summary>All from the description.</summary>
    public static SpiChip Alone(Sfdp sfdp, string id)
    {
        (FourByteAddresses addresses, ImmutableArray<EraseCommand> erases) =
            ChipAddressing.Choose(sfdp.Size, ChipAddressing.Of(sfdp), [.. sfdp.Erases.Concat(sfdp.FourByteErases)]);
        return new()
        {
            Name = $"unknown chip {id}",
            Jedec = id,
            Size = sfdp.Size,
            Page = sfdp.Page ?? 256,
            Program = sfdp.Page == 1 ? ProgramMethod.Byte : ProgramMethod.Page,
            PageTypical = sfdp.PageTypical,
            PageLongest = Longer(sfdp.PageLongest, TimeSpan.FromMilliseconds(10)),
            Erases = erases,
            Addresses = addresses,
            Millivolts = sfdp.Millivolts,
            MayBe1V8 = sfdp.Millivolts is (_, <= 2100),
            HasStatus2 = sfdp.QuadEnable is 4 or 5 or 6,
            StatusBytes = sfdp.QuadEnable is 1 or 4 or 5 ? 2 : 1,
            HasVolatileStatus = sfdp.HasVolatileStatus is true,
            Source = "SFDP",
        };
    }

    /// <summary>
    /// A chip of the list with the times of its description; where the list has no more than a size, with the commands, too. Of two sizes the
    /// smaller, with the commands of the side that said so.
    /// </summary>
    public static SpiChip Completed(SpiChip chip, Sfdp sfdp, bool isSizeOnly)
    {
        if (isSizeOnly || sfdp.Size < chip.Size)
        {
            return Alone(sfdp with { Size = Math.Min(sfdp.Size, chip.Size) }, chip.Jedec) with
            {
                Name = chip.Name,
                Parts = chip.Parts,
                Millivolts = chip.Millivolts ?? sfdp.Millivolts,
                MayBe1V8 = chip.MayBe1V8,
                Security = chip.Security,
                Source = isSizeOnly ? "SFDP" : chip.Source + ", SFDP",
            };
        }
        return chip with
        {
            Page = sfdp.Page is int page ? Math.Min(page, chip.Page) : chip.Page,
            PageTypical = sfdp.PageTypical,
            PageLongest = Longer(sfdp.PageLongest, chip.PageLongest),
            Erases = [.. chip.Erases.Select(e => Timed(e, sfdp))],
            Millivolts = chip.Millivolts ?? sfdp.Millivolts,
            HasVolatileStatus = chip.HasVolatileStatus || sfdp.HasVolatileStatus is true,
            Source = chip.Source + ", SFDP",
        };
    }

    /// <summary>20 with 4 KiB and D8 with 64 KiB, which most chips have.</summary>
    public static SpiChip Assumed(SpiChip chip)
    {
        EraseCommand small = new(0x20, 4 << 10, null, EraseLayout.Longest(4 << 10));
        EraseCommand large = new(0xD8, 64 << 10, null, EraseLayout.Longest(64 << 10));
        return chip with
        {
            Erases = chip.Size < large.Size ? [small] : [small, large],
            Addresses = chip.Size > ThreeBytes ? FourByteAddresses.Mode : FourByteAddresses.None,
        };
    }

    /// <summary>A four-byte command takes as long as the three-byte one of its size.</summary>
    private static EraseCommand Timed(EraseCommand erase, Sfdp sfdp) =>
        sfdp.Erases.Concat(sfdp.FourByteErases).FirstOrDefault(e => e.Size == erase.Size) is EraseCommand told
            ? erase with { Typical = told.Typical, Longest = Longer(told.Longest, erase.Longest) }
            : erase;

    private static TimeSpan Longer(TimeSpan? told, TimeSpan rule) => told is TimeSpan time && time > rule ? time : rule;
}
