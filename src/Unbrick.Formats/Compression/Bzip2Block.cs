namespace Unbrick.Formats.Compression;

// Behind the block's mark and CRC:
//   1 bit randomised (bzip2 before 0.9.5), 24 bits place of the original row
//   16 bits: which groups of 16 byte values occur; for each that does, 16 bits: which values
//   3 bits number of codes (2 to 6), 15 bits number of selectors, selectors (moved to front, as many 1 as the place, then 0)
//   for each code: 5 bits first length; for each symbol: 0 done, 10 one longer, 11 one shorter
//   symbols, 50 with each selector's code: 0 and 1 count repetitions in a bijective binary number, then places of moved-to-front values

/// <summary>One block of bzip2: Huffman codes, move to front, Burrows-Wheeler, run lengths.</summary>
internal sealed class Bzip2Block(int blockSize)
{
    private const int MostLength = 20, MostSymbols = 258, Group = 50, MostSelectors = 18002, FewRows = 1 << 12;
    private static readonly uint[] s_crc = MakeTable();
    private readonly byte[] _selectors = new byte[MostSelectors];
    private readonly Bzip2Code[] _codes = [new(), new(), new(), new(), new(), new()];
    private readonly byte[] _values = new byte[256];
    private readonly int[] _counts = new int[256];
    private uint[] _rows = new uint[FewRows];

    public (UnpackStatus Status, string Seen) Run(ref BigEndianBits bits, PlainWindow window, uint stored)
    {
        if (window.Left == 0)
            return (UnpackStatus.TooLarge, ""); // a block has one byte at least, and all of it must be read before the first comes out
        if (bits.Take(1) != 0)
            return (UnpackStatus.Unsupported, "packed by bzip2 before 0.9.5");
        int original = (int)bits.Take(24);
        if (!ReadCodes(ref bits, out int values, out int selectors))
            return (UnpackStatus.Damaged, "the codes of a block make no sense");
        int length = ReadRows(ref bits, values, selectors);
        if (length < 0 || original >= length)
            return (UnpackStatus.Damaged, $"after {window.Total:N0} plain bytes a block makes no sense");
        Unsort(length);
        uint crc = Write(window, original, length);
        if (window.Exceeded)
            return (UnpackStatus.TooLarge, "");
        return crc == stored ? (UnpackStatus.Ok, "") : (UnpackStatus.Damaged, $"CRC of a block is 0x{stored:x8}, the bytes give 0x{crc:x8}");
    }

    private bool ReadCodes(ref BigEndianBits bits, out int values, out int selectors)
    {
        values = 0;
        uint groups = bits.Take(16);
        for (int i = 0; i < 16; i++)
        {
            if ((groups & 0x8000u >> i) == 0)
                continue;
            uint group = bits.Take(16);
            for (int j = 0; j < 16; j++)
            {
                if ((group & 0x8000u >> j) != 0)
                    _values[values++] = (byte)((i * 16) + j);
            }
        }
        int codes = (int)bits.Take(3);
        selectors = (int)bits.Take(15);
        if (values == 0 || codes is < 2 or > 6 || selectors == 0)
            return false;
        Span<byte> order = [0, 1, 2, 3, 4, 5];
        for (int i = 0; i < selectors; i++)
        {
            int place = 0;
            while (bits.Take(1) != 0)
            {
                if (++place >= codes)
                    return false;
            }
            byte code = order[place];
            order[..place].CopyTo(order[1..]);
            order[0] = code;
            // Some packers write more selectors than a block can use (bzip2 1.0.8 ignores them, too).
            if (i < MostSelectors)
                _selectors[i] = code;
        }
        selectors = Math.Min(selectors, MostSelectors);
        Span<byte> lengths = stackalloc byte[MostSymbols];
        for (int i = 0; i < codes; i++)
        {
            int length = (int)bits.Take(5);
            for (int symbol = 0; symbol < values + 2; symbol++)
            {
                while (true)
                {
                    if (length is < 1 or > MostLength || bits.Overrun)
                        return false;
                    if (bits.Take(1) == 0)
                        break;
                    length += bits.Take(1) == 0 ? 1 : -1;
                }
                lengths[symbol] = (byte)length;
            }
            _codes[i].Make(lengths[..(values + 2)]);
        }
        return true;
    }

    /// <summary>Number of bytes in the last column of the sorted rows, or -1.</summary>
    private int ReadRows(ref BigEndianBits bits, int values, int selectors)
    {
        Array.Clear(_counts);
        Span<byte> front = stackalloc byte[256];
        _values.CopyTo(front);
        uint[] rows = _rows;
        int length = 0, used = 0, selector = 0, end = values + 1;
        long repeat = 0, weight = 1;
        Bzip2Code code = _codes[_selectors[0]];
        while (true)
        {
            if (used == Group)
            {
                used = 0;
                if (++selector >= selectors || bits.Overrun)
                    return -1;
                code = _codes[_selectors[selector]];
            }
            used++;
            int symbol = code.Next(ref bits);
            if (symbol is 0 or 1)
            {
                repeat += weight << symbol;
                weight <<= 1;
                if (repeat > blockSize)
                    return -1;
                continue;
            }
            if (repeat > 0)
            {
                if (repeat > blockSize - length)
                    return -1;
                rows = Room(length + (int)repeat);
                rows.AsSpan(length, (int)repeat).Fill(front[0]);
                _counts[front[0]] += (int)repeat;
                length += (int)repeat;
                (repeat, weight) = (0, 1);
            }
            if (symbol == end)
                return length;
            if (symbol < 0)
                return -1;
            if (length >= rows.Length)
            {
                if (length >= blockSize)
                    return -1;
                rows = Room(length + 1);
            }
            byte value = front[symbol - 1];
            front[..(symbol - 1)].CopyTo(front[1..]);
            front[0] = value;
            rows[length++] = value;
            _counts[value]++;
        }
    }

    /// <summary>Rows for so many bytes: as the data comes, not as the head promises, who may promise 3.6 MB for nothing.</summary>
    private uint[] Room(int wanted)
    {
        if (wanted > _rows.Length)
            Array.Resize(ref _rows, Math.Max(wanted, (int)Math.Min(blockSize, _rows.Length * 2L)));
        return _rows;
    }

    /// <summary>Puts into the upper 24 bits of each row the row that comes after it.</summary>
    private void Unsort(int length)
    {
        int sum = 0;
        for (int i = 0; i < 256; i++)
            (_counts[i], sum) = (sum, sum + _counts[i]);
        uint[] rows = _rows;
        for (int i = 0; i < length; i++)
            rows[_counts[rows[i] & 0xFF]++] |= (uint)i << 8;
    }

    /// <summary>Follows the rows and writes the bytes: after four equal ones a fifth says how many more there are.</summary>
    private uint Write(PlainWindow window, int original, int length)
    {
        uint[] rows = _rows;
        uint crc = uint.MaxValue, row = rows[original] >> 8;
        int run = 0, last = -1;
        for (int done = 0; done < length && !window.Exceeded;)
        {
            window.Room(256 + 64);
            Span<byte> buffer = window.Buffer;
            int position = window.Position, limit = window.Limit - 256;
            do
            {
                row = rows[row];
                byte value = (byte)row;
                row >>= 8;
                done++;
                if (run == 4)
                {
                    for (int i = 0; i < value; i++)
                    {
                        crc = crc << 8 ^ s_crc[crc >> 24 ^ (uint)last];
                        buffer[position++] = (byte)last;
                    }
                    (run, last) = (0, -1);
                    continue;
                }
                run = value == last ? run + 1 : 1;
                last = value;
                crc = crc << 8 ^ s_crc[crc >> 24 ^ value];
                buffer[position++] = value;
            }
            while (done < length && position < limit);
            window.Position = position;
        }
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i << 24;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 0x8000_0000) != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1;
            table[i] = value;
        }
        return table;
    }
}
