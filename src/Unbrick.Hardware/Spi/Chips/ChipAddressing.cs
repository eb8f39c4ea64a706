using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>How a chip over 16 MiB is addressed, and which of its erase commands go with that.</summary>
internal static class ChipAddressing
{
    private const int ThreeBytes = 16 << 20;

    /// <summary>21, 5C and DC take four address bytes in any mode.</summary>
    public static bool IsFourByte(byte opcode) => opcode is 0x21 or 0x5C or 0xDC;

    /// <summary>
    /// Commands of their own only where reading, programming and erasing all have one: to change the mode between them is worse than the mode.
    /// </summary>
    /// <param name="size">Bytes of the chip.</param>
    /// <param name="ways">As <c>addr4</c> in <c>data/chips</c>.</param>
    /// <param name="erases">All erase commands of the chip.</param>
    public static (FourByteAddresses Addresses, ImmutableArray<EraseCommand> Erases) Choose(
        int size, ImmutableArray<string> ways, ImmutableArray<EraseCommand> erases)
    {
        FourByteAddresses addresses = size <= ThreeBytes ? FourByteAddresses.None
            : ways.Contains("read_13") && ways.Contains("program_12") && erases.Any(e => IsFourByte(e.Opcode)) ? FourByteAddresses.Commands
            : ways.Contains("enter_B7") ? FourByteAddresses.Mode
            : ways.Contains("enter_B7_wren") ? FourByteAddresses.ModeAfterWriteEnable
            : ways.Contains("ear_C5C8") ? FourByteAddresses.Register
            : FourByteAddresses.Mode;
        return (addresses, [.. erases.Where(e => IsFourByte(e.Opcode) == (addresses is FourByteAddresses.Commands))]);
    }

    /// <summary>Ways that all parts have. One that needs WREN before B7 makes all have it: the others do not mind.</summary>
    public static ImmutableArray<string> Common(IEnumerable<ImmutableArray<string>> parts)
    {
        List<ImmutableArray<string>> all = [.. parts];
        bool isGuarded = all.Exists(ways => ways.Contains("enter_B7_wren"));
        return [.. all.Select(ways => ways.Select(way => isGuarded && way == "enter_B7" ? "enter_B7_wren" : way))
            .Aggregate((IEnumerable<string>)["enter_B7", "enter_B7_wren", "ear_C5C8", "read_13", "program_12"], (common, ways) => common.Intersect(ways))];
    }

    /// <summary>The same from SFDP.</summary>
    public static ImmutableArray<string> Of(Sfdp sfdp)
    {
        List<string> ways = sfdp.HasFourByteCommands ? ["read_13", "program_12"] : [];
        foreach ((SfdpFourByte way, string name) in (ReadOnlySpan<(SfdpFourByte, string)>)[
            (SfdpFourByte.Command, "enter_B7"), (SfdpFourByte.CommandAfterWriteEnable, "enter_B7_wren"), (SfdpFourByte.ExtendedAddressRegister, "ear_C5C8")])
        {
            if ((sfdp.FourByteEntry & way) != 0)
                ways.Add(name);
        }
        return [.. ways];
    }
}
