using System.Buffers.Binary;

namespace Unbrick.Sim.Spi;

/// <summary>The SFDP table of a model, as JESD216B lays it out: header, basic table at 80h, table of four-byte commands at D0h.</summary>
internal static class SimNorSfdp
{
    private const int BasicAt = 0x80;
    private const int FourByteAt = 0xD0;

    /// <summary>256 bytes; all FF for a chip without SFDP.</summary>
    public static byte[] Build(SimNorModel model)
    {
        byte[] table = new byte[256];
        table.AsSpan().Fill(0xFF);
        if (model.SfdpDwords == 0)
            return table;
        bool fourByte = model.SfdpDwords >= 16 && (model.FourByte & FourByteWays.Reads) != 0;
        "SFDP"u8.CopyTo(table);
        byte minor = (byte)(model.SfdpDwords >= 16 ? 6 : 0);
        table[4] = minor;
        table[5] = 1;
        table[6] = (byte)(fourByte ? 1 : 0);
        byte[] basic = [0x00, minor, 0x01, (byte)model.SfdpDwords, BasicAt, 0, 0, 0xFF];
        basic.CopyTo(table, 8);
        Basic(model, table.AsSpan(BasicAt, model.SfdpDwords * 4));
        if (fourByte)
        {
            byte[] header = [0x84, 0x00, 0x01, 0x02, FourByteAt, 0, 0, 0xFF];
            header.CopyTo(table, 16);
            bool writes = (model.FourByte & FourByteWays.Writes) != 0;
            Put(table, FourByteAt, 0xFFFF_0003 | (writes ? 0x40u | 1u << 9 | 1u << 11 : 0));
            Put(table, FourByteAt + 4, writes ? 0xFFDC_FF21 : 0xFFFF_FFFF);
        }
        return table;
    }

    private static void Basic(SimNorModel model, Span<byte> table)
    {
        Span<uint> words = stackalloc uint[16];
        words[0] = 0xFF80_20E5 | (model.Size > 1 << 24 ? 1u << 17 : 0);
        words[1] = (uint)(model.Size * 8L - 1);
        words[4] = 0xFFFF_FFEE;
        words[5] = words[6] = 0x0000_FFFF;
        words[7] = Type(model, 0) | Type(model, 1) << 16;
        words[8] = Type(model, 2);
        words[9] = EraseTimes(model);
        words[10] = ProgramTimes(model);
        words[11] = 0x8000_0000; // no suspend
        words[13] = 0xB9u << 23 | 0xABu << 15 | 0x04;
        words[14] = QuadEnable(model.Status) << 20;
        words[15] = FourByteEntry(model.FourByte) | 1u << 12 | (model.Status == NorStatusRegisters.StatusAndConfiguration ? 0x01u : 0x08u);
        for (int i = 0; i < table.Length / 4; i++)
            Put(table, 4 * i, words[i]);
    }

    private static uint Type(SimNorModel model, int index) =>
        index < model.Erases.Length ? (uint)int.Log2(model.Erases[index].Size) | (uint)model.Erases[index].Opcode << 8 : 0;

    /// <summary>Bits 3-0: longest = 2 x (n + 1) x typical; then for each type five bits of count and two of unit (1, 16, 128, 1000 ms).</summary>
    private static uint EraseTimes(SimNorModel model)
    {
        uint word = Multiplier(model.Erases.Max(e => e.Longest / e.Typical!.Value));
        for (int i = 0; i < model.Erases.Length; i++)
            word |= Scaled(model.Erases[i].Typical!.Value.TotalMilliseconds, [1, 16, 128, 1_000]) << (4 + 7 * i);
        return word;
    }

    private static uint ProgramTimes(SimNorModel model)
    {
        uint page = Scaled(model.PageTime.TotalMicroseconds, [8, 64]);
        uint chip = Scaled(model.ChipTime.TotalMilliseconds, [16, 256, 4_000, 64_000]);
        return Multiplier(model.LongestPageTime / model.PageTime) | (uint)int.Log2(model.Page) << 4 | page << 8 | 1u << 31 | chip << 24;
    }

    private static uint Multiplier(double times) => (uint)Math.Clamp(Math.Ceiling(times / 2) - 1, 0, 15);

    /// <summary>Five bits of count less one, then the unit.</summary>
    private static uint Scaled(double value, ReadOnlySpan<int> units)
    {
        for (int unit = 0; unit < units.Length; unit++)
        {
            double count = Math.Ceiling(value / units[unit]);
            if (count <= 32)
                return (uint)Math.Max(count, 1) - 1 | (uint)unit << 5;
        }
        return 31 | (uint)(units.Length - 1) << 5;
    }

    private static uint QuadEnable(NorStatusRegisters status) => status switch
    {
        NorStatusRegisters.TwoTogether => 0b001,
        NorStatusRegisters.Three => 0b101,
        NorStatusRegisters.ThreeApart => 0b110,
        NorStatusRegisters.StatusAndConfiguration => 0b010,
        _ => 0,
    };

    private static uint FourByteEntry(FourByteWays ways)
    {
        uint word = 0;
        if ((ways & FourByteWays.Mode) != 0)
            word |= 1u << 24 | 1u << 14;
        if ((ways & FourByteWays.ModeAfterWriteEnable) != 0)
            word |= 1u << 25 | 1u << 15;
        if ((ways & FourByteWays.Register) != 0)
            word |= 1u << 26 | 1u << 16;
        if ((ways & FourByteWays.Writes) != 0)
            word |= 1u << 29;
        return word;
    }

    private static void Put(Span<byte> table, int at, uint word) => BinaryPrimitives.WriteUInt32LittleEndian(table[at..], word);
}
