using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Makes of a line of <c>data/chips</c> what must be known of a chip.</summary>
internal static class ChipFacts
{
    /// <summary>Bits that a family of unlock routines has; the names are those of the data.</summary>
    private static readonly Dictionary<string, byte> s_protect = new()
    {
        ["bp1_srwd"] = 0x04,
        ["bp2_srwd"] = 0x0C,
        ["bp2_ep_srwd"] = 0x0C,
        ["bp3_srwd"] = 0x1C,
        ["bp4_srwd"] = 0x3C,
        ["n25q"] = 0x5C,
        ["at25f"] = 0x0C,
        ["at25f512a"] = 0x04,
        ["at25f512b"] = 0x04,
        ["at25fs010"] = 0x6C,
        ["at25fs040"] = 0x7C,
        ["generic"] = 0x3C,
        ["at2x_global_unprotect"] = 0x0C,
        ["at2x_global_unprotect_sec"] = 0x0C,
        ["no_blockprotect_func"] = 0,
        ["sst26_global_unprotect"] = 0,
    };

    /// <summary>The parts of an entry that differ, each as a chip; as a rule just one.</summary>
    public static List<ChipCandidate> Of(ChipRecord record)
    {
        SpiChip chip = Nor(record) with { Parts = [.. (record.Parts ?? [record.Name]).Concat(record.Also ?? []).Distinct()] };
        ChipCandidate all = new(chip, record.Sfdp ? true : null, record.SizeOnly, record.Low)
        {
            OwnParts = record.Parts?.Length ?? 1,
            Ways = [.. record.Addr4 ?? []],
            AllErases = EraseLayout.Parse(record.Erase),
        };
        List<ChipCandidate> candidates = [];
        foreach (ChipVariant variant in record.Variants ?? [])
        {
            SpiChip part = WithRegisters(chip, variant.Registers ?? record.Registers) with { Name = record.Vendor + " " + variant.Part, Parts = [variant.Part] };
            candidates.Add(all with { Chip = part, AnswersSfdp = variant.Sfdp, OwnParts = 1 });
        }
        if (candidates.Count == 0)
            candidates.Add(all);
        return candidates;
    }

    /// <summary>The same for a SPI NAND.</summary>
    public static SpiNandChip Nand(ChipRecord record) => new()
    {
        Name = record.Vendor + " " + record.Name,
        Parts = [.. (record.Parts ?? [record.Name]).Concat(record.Also ?? []).Distinct()],
        Id = record.Id,
        IdMethod = record.By switch
        {
            "9F_opcode_addr" => SpiNandIdMethod.Address,
            "9F_opcode" => SpiNandIdMethod.Plain,
            "9F_opcode_dummy" => SpiNandIdMethod.Dummy,
            _ => SpiNandIdMethod.Unknown,
        },
        Page = record.Page,
        Oob = record.Oob,
        PagesPerBlock = record.PagesPerBlock,
        Blocks = record.Blocks,
        Planes = record.Planes,
        Dies = record.Dies,
        DieSelect = record.DieSelect switch { "c2" => SpiNandDieSelect.Command, "d0" => SpiNandDieSelect.Feature, _ => SpiNandDieSelect.None },
        Ecc = record.Ecc is (int bits, int per) ? new(bits, per) : null,
        EccStatus = [.. record.EccStatus.Select(c => c switch { 'c' => SpiNandRead.Clean, 'x' => SpiNandRead.Corrected, _ => SpiNandRead.Failed })],
        MaxBadBlocks = record.MaxBad == 0 ? null : record.MaxBad,
        Millivolts = record.Mv,
        MayBe1V8 = Is1V8(record),
    };

    private static SpiChip Nor(ChipRecord record)
    {
        ProgramMethod program = record.AddressBytes < 3 || record.By is "ST95" ? ProgramMethod.Eeprom : record.Write switch
        {
            "byte" or "aai" => ProgramMethod.Byte,
            "at45" => ProgramMethod.DataFlash,
            "none" => ProgramMethod.None,
            _ => ProgramMethod.Page,
        };
        (FourByteAddresses addresses, ImmutableArray<EraseCommand> erases) =
            ChipAddressing.Choose(record.Size, [.. record.Addr4 ?? []], EraseLayout.Parse(record.Erase));
        SpiChip chip = new()
        {
            Name = record.Vendor + " " + record.Name,
            Jedec = record.Id,
            Size = record.Size,
            Page = program is ProgramMethod.Byte ? 1 : record.Page,
            Program = program,
            Erased = (byte)record.Erased,
            Erases = erases,
            Addresses = addresses,
            Millivolts = record.Mv,
            MayBe1V8 = Is1V8(record),
            Security = program is ProgramMethod.DataFlash ? null : record.Otp?.Security(record.Size),
            StatusBytes = record.StatusBytes,
            Protection = record.Unlock switch
            {
                "at2x_global_unprotect" or "at2x_global_unprotect_sec" => Protection.LocksByStatus,
                "sst26_global_unprotect" => Protection.LocksByCommand,
                "no_blockprotect_func" => Protection.None,
                _ => Protection.StatusBits,
            },
            ProtectBits = Bits(record.Bits, "bp") ?? (record.Unlock is string unlock ? s_protect.GetValueOrDefault(unlock, (byte)0x1C) : (byte)0x1C),
            Complement = Bit(record.Bits, "cmp"),
            IndividualLocks = Bit(record.Bits, "wps"),
            HasVolatileStatus = record.Volatile,
            Source = record.SizeOnly ? "chip list (id and size only)" : "chip list",
        };
        return WithRegisters(chip, record.Registers);
    }

    private static SpiChip WithRegisters(SpiChip chip, string[]? registers) => chip with
    {
        HasStatus2 = registers is not null && registers.Contains("sr2"),
        HasStatus3 = registers is not null && registers.Contains("sr3"),
    };

    private static bool Is1V8(ChipRecord record) => record.Low is not null || record.Mv is (_, <= 2100);

    /// <summary>All bits of a name in status register 1, from <c>bp=SR1.2,SR1.3</c>.</summary>
    private static byte? Bits(string? text, string name)
    {
        int mask = 0;
        foreach (string word in Named(text, name))
            mask |= Parse(word) is { Register: 1 } bit ? bit.Mask : 0;
        return mask == 0 ? null : (byte)mask;
    }

    private static StatusBit? Bit(string? text, string name) => Named(text, name) is [string word, ..] ? Parse(word) : null;

    private static string[] Named(string? text, string name)
    {
        foreach (string word in text?.Split(' ') ?? [])
        {
            if (word.StartsWith(name, StringComparison.Ordinal) && word[name.Length] == '=')
                return word[(name.Length + 1)..].Split(',');
        }
        return [];
    }

    /// <summary><c>SR1.5</c>; null for bits of other registers and for those that can be written once.</summary>
    private static StatusBit? Parse(string word) =>
        word is ['S', 'R', char register, '.', char bit] ? new(register - '0', (byte)(1 << (bit - '0'))) : null;
}
