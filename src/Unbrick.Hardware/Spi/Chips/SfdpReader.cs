using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Reads SFDP (JESD216 to 216F). Dwords are counted from 1, as the standard does.</summary>
internal static class SfdpReader
{
    private const int Header = 8;
    private const int MostBytes = 4096;
    private const int LargestErase = 256 << 10;
    private const int Basic = 0xFF00;
    private const int SectorMap = 0xFF81;
    private const int FourByte = 0xFF84;

    /// <summary>Typical erase times count in these (dword 10).</summary>
    private static readonly int[] s_eraseUnits = [1, 16, 128, 1000];

    /// <summary>Typical chip erase times count in these milliseconds (dword 11).</summary>
    private static readonly int[] s_chipUnits = [16, 256, 4000, 64000];

    public static Sfdp? Read(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> basic = Best(bytes, Basic);
        if (!IsSigned(bytes) || Dword(basic, 1) is not uint first || Size(Dword(basic, 2)) is not int size)
            return null;
        Types types = new(basic, size);
        int everywhere = Everywhere(Best(bytes, SectorMap));
        ReadOnlySpan<byte> fourByte = Best(bytes, FourByte);
        uint ways = Dword(fourByte, 1) ?? 0;
        uint? rules = Dword(basic, 16);
        uint? page = Dword(basic, 11);
        bool isTimed = page is uint told && (told & ~0xFFu) is not (0 or 0xFFFF_FF00);
        TimeSpan? typical = isTimed && page is uint p ? (((p >> 8) & 0x1F) + 1) * ((p & 0x2000) != 0 ? TimeSpan.FromMicroseconds(64) : TimeSpan.FromMicroseconds(8)) : null;
        return new()
        {
            Major = bytes[5],
            Minor = bytes[4],
            Size = size,
            Erases = types.Commands(everywhere, Small(first, everywhere)),
            FourByteErases = types.FourByteCommands(everywhere & (int)(ways >> 9), Dword(fourByte, 2) ?? uint.MaxValue),
            HasFourByteCommands = (ways & 0x41) == 0x41,
            FourByteEntry = Entry(first, rules),
            FourByteExit = rules is uint exit ? (SfdpFourByte)((exit >> 14) & 0xF) : SfdpFourByte.None,
            Page = page is uint log ? PageSize(log) : (first & 4) == 0 ? 1 : null,
            PageTypical = typical,
            PageLongest = typical * (2 * (((page ?? 0) & 0xF) + 1)),
            ChipTypical = isTimed && page is uint chip ? TimeSpan.FromMilliseconds((((chip >> 24) & 0x1F) + 1) * (long)s_chipUnits[(chip >> 29) & 3]) : null,
            QuadEnable = (int?)((Dword(basic, 15) >> 20) & 7),
            HasVolatileStatus = rules is uint status ? (status & 0xC) != 0 : null,
            HasReset = rules is uint reset && (reset & 0x1000) != 0,
            IsMixed = everywhere != 0xF,
            Millivolts = Supply(bytes),
        };
    }

    public static int Length(ReadOnlySpan<byte> start)
    {
        if (!IsSigned(start))
            return 0;
        int length = Header * (start[6] + 2);
        for (int at = Header; at + Header <= start.Length && at < Header * (start[6] + 2); at += Header)
        {
            if (IdOf(start[at..]) is Basic or SectorMap or FourByte)
                length = Math.Max(length, Pointer(start[at..]) + (start[at + 3] * 4));
        }
        return Math.Min(length, MostBytes);
    }

    private static bool IsSigned(ReadOnlySpan<byte> bytes) => bytes.Length >= 2 * Header && bytes.StartsWith("SFDP"u8);

    private static int IdOf(ReadOnlySpan<byte> header) => header[0] | (header[7] << 8);

    private static int Pointer(ReadOnlySpan<byte> header) => header[4] | (header[5] << 8) | (header[6] << 16);

    /// <summary>The table with this id that has the latest revision; what of it was read. Empty when there is none.</summary>
    private static ReadOnlySpan<byte> Best(ReadOnlySpan<byte> bytes, int id)
    {
        ReadOnlySpan<byte> best = default;
        int revision = -1;
        for (int at = Header; IsSigned(bytes) && at + Header <= bytes.Length && at < Header * (bytes[6] + 2); at += Header)
        {
            ReadOnlySpan<byte> header = bytes[at..];
            if (IdOf(header) != id || header[2] != 1 || header[1] <= revision || Pointer(header) >= bytes.Length)
                continue;
            revision = header[1];
            best = bytes[Pointer(header)..];
            best = best[..Math.Min(best.Length, header[3] * 4)];
        }
        return best;
    }

    private static uint? Dword(ReadOnlySpan<byte> table, int number) =>
        table.Length >= number * 4 ? BinaryPrimitives.ReadUInt32LittleEndian(table[((number - 1) * 4)..]) : null;

    /// <summary>Dword 2: bits less one, or a power of two of bits. Between 4 KiB and 1 GiB; chips have powers of two.</summary>
    private static int? Size(uint? density)
    {
        if (density is not uint value)
            return null;
        int log = value < 0x8000_0000 ? BitOperations.Log2(value + 1) : (int)Math.Min(value & 0x7FFF_FFFF, 99);
        bool isPower = value >= 0x8000_0000 || BitOperations.IsPow2(value + 1);
        return isPower && log is >= 15 and <= 33 ? 1 << (log - 3) : null;
    }

    private static int? PageSize(uint dword)
    {
        int log = (int)(dword >> 4) & 0xF;
        return log is >= 3 and <= 12 ? 1 << log : null;
    }

    /// <summary>Dword 1 has an opcode for 4 KiB of its own; 0 when there is none.</summary>
    private static byte Small(uint first, int everywhere) => (first & 3) == 1 && everywhere == 0xF ? (byte)(first >> 8) : (byte)0;

    private static SfdpFourByte Entry(uint first, uint? rules)
    {
        SfdpFourByte ways = rules is uint dword ? (SfdpFourByte)((dword >> 24) & 0x7F) : SfdpFourByte.None;
        return ((first >> 17) & 3) == 2 ? ways | SfdpFourByte.Always : ways;
    }

    /// <summary>
    /// Erase types (bits 0 to 3) that every region of every configuration has; all without a map. One that is cut off or never ends has none.
    /// </summary>
    private static int Everywhere(ReadOnlySpan<byte> map)
    {
        int types = 0xF;
        for (int number = 1; !map.IsEmpty;)
        {
            if (Dword(map, number) is not uint head)
                return 0;
            int regions = (head & 2) == 0 ? 1 : (int)((head >> 16) & 0xFF) + 1;
            for (int i = 1; i <= regions && (head & 2) != 0; i++)
                types &= Dword(map, number + i) is uint region ? (int)region & 0xF : 0;
            if ((head & 3) == 3)
                break;
            number += regions + 1;
        }
        return types;
    }

    /// <summary>
    /// First dword of the maker's own table, as Macronix and GigaDevice have it: highest and lowest supply as decimal digits, 3600 and 2700.
    /// </summary>
    private static (int, int)? Supply(ReadOnlySpan<byte> bytes)
    {
        foreach (int maker in (ReadOnlySpan<int>)[0xC2, 0xC8])
        {
            uint? dword = Dword(Best(bytes, 0xFF00 | maker), 1) ?? Dword(Best(bytes, 0x0100 | maker), 1);
            if (dword is uint range && Digits((int)(range >> 16)) is int least && Digits((int)(range & 0xFFFF)) is int most && least < most)
                return (least, most);
        }
        return null;
    }

    private static int? Digits(int hex)
    {
        int value = 0;
        for (int shift = 12; shift >= 0; shift -= 4)
        {
            int digit = (hex >> shift) & 0xF;
            if (digit > 9)
                return null;
            value = (value * 10) + digit;
        }
        return value is >= 1000 and <= 5500 ? value : null;
    }

    /// <summary>The four erase types of the basic table: sizes and opcodes (dwords 8 and 9), times (dword 10).</summary>
    private readonly ref struct Types(ReadOnlySpan<byte> basic, int chip)
    {
        private readonly ReadOnlySpan<byte> _basic = basic;

        public ImmutableArray<EraseCommand> Commands(int wanted, byte small)
        {
            List<EraseCommand> commands = [];
            for (int type = 0; type < 4; type++)
            {
                if ((wanted & (1 << type)) != 0 && Command(type, Opcode(type)) is EraseCommand command && commands.TrueForAll(c => c.Opcode != command.Opcode))
                    commands.Add(command);
            }
            if (small is not (0 or 0xFF) && commands.TrueForAll(c => c.Size != 4096 && c.Opcode != small))
                commands.Add(new(small, 4096, null, EraseLayout.Longest(4096)));
            return EraseLayout.Sorted(commands);
        }

        public ImmutableArray<EraseCommand> FourByteCommands(int wanted, uint opcodes)
        {
            List<EraseCommand> commands = [];
            for (int type = 0; type < 4; type++)
            {
                if ((wanted & (1 << type)) != 0 && Command(type, (byte)(opcodes >> (8 * type))) is EraseCommand command)
                    commands.Add(command);
            }
            return EraseLayout.Sorted(commands);
        }

        private byte Opcode(int type) => Dword(_basic, 8 + (type / 2)) is uint pair ? (byte)(pair >> (type % 2 == 0 ? 8 : 24)) : (byte)0;

        private EraseCommand? Command(int type, byte opcode)
        {
            if (Dword(_basic, 8 + (type / 2)) is not uint pair || opcode is 0 or 0xFF)
                return null;
            int log = (byte)(pair >> (type % 2 == 0 ? 0 : 16));
            if (log is < 8 or > 24 || 1 << log > Math.Min(chip, LargestErase))
                return null;
            TimeSpan rule = EraseLayout.Longest(1 << log);
            if (Dword(_basic, 10) is not uint times || times is 0 or uint.MaxValue)
                return new(opcode, 1 << log, null, rule);
            uint field = times >> (4 + (type * 7));
            TimeSpan typical = TimeSpan.FromMilliseconds(((field & 0x1F) + 1) * (long)s_eraseUnits[(field >> 5) & 3]);
            TimeSpan longest = typical * (2 * ((times & 0xF) + 1));
            return new(opcode, 1 << log, typical, longest > rule ? longest : rule);
        }
    }
}
