using System.Collections.Immutable;

namespace Unbrick.Formats.Trx;

/// <summary>Reads a TRX, for the plain format and for those that add to it.</summary>
internal static class TrxReader
{
    /// <summary>What begins with this header. The caller has decided that it is one.</summary>
    public static Finding Read(in FormatInput input, in TrxHeader header, string id)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        bool usual = header.Magic == TrxHeader.UsualMagic;
        if (!usual && !TrxHeader.OtherMagics.Contains(header.Magic))
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{header.Magic:x8}, not 0x{TrxHeader.UsualMagic:x8}", input.At));
        bool fits = false;
        int length = (int)Math.Clamp((long)header.Length, Math.Min(header.Size, bytes.Length), bytes.Length);
        if (header.Length > bytes.Length)
        {
            flaws.Add(Flaw.Truncated(header.Length, bytes.Length));
        }
        else if (header.Length < header.Size)
        {
            flaws.Add(new Flaw(FlawCode.Size, $"a length of {header.Length:N0} bytes is less than the header", input.At + 4));
        }
        else
        {
            uint crc = header.CrcOf(bytes[..length]);
            fits = crc == header.Crc;
            if (!fits)
                flaws.Add(Flaw.Differs(FlawCode.Crc, "CRC", header.Crc, crc, input.At + TrxHeader.CrcOffset));
        }
        if (!header.Plausible)
        {
            string seen = $"version {header.Version} with offsets 0x{header.First:x}, 0x{header.Second:x}, 0x{header.Third:x}";
            flaws.Add(new Flaw(FlawCode.OffsetRange, seen, input.At + 0x10));
        }
        return new Finding
        {
            Offset = input.At,
            Length = Math.Max(1, length),
            Format = id,
            Variant = usual || flaws.Any(flaw => flaw.Code == FlawCode.Magic) ? null : "altmagic",
            Confidence = fits ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Hex("magic", header.Magic),
                Fact.Number(FactName.Version, header.Version),
                Fact.Number("length", header.Length),
                Fact.Number("flags", header.Flags),
            ],
            Parts = Parts(header, input.At, length, fits),
        }.With(flaws.DrainToImmutable());
    }

    /// <summary>Known by its magic number, or by CRC and length when a whole file has lost it.</summary>
    public static bool Accepts(in FormatInput input, in TrxHeader header)
    {
        if (!header.Plausible)
            return false;
        if (header.Magic == TrxHeader.UsualMagic)
            return true;
        return (input.AtStart || TrxHeader.OtherMagics.Contains(header.Magic)) && header.Length <= input.Length
            && header.CrcOf(input.Bytes[..(int)header.Length]) == header.Crc;
    }

    private static ImmutableArray<Part> Parts(in TrxHeader header, int at, int length, bool proven)
    {
        if (!header.Plausible)
            return [];
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        uint[] all = [header.First, header.Second, header.Third, header.Version == 2 ? header.Fourth : 0];
        uint[] offsets = [.. all.Where(offset => offset != 0)];
        for (int i = 0; i < offsets.Length; i++)
        {
            long end = Math.Min(length, i + 1 < offsets.Length ? offsets[i + 1] : header.Length);
            if (offsets[i] < end)
                parts.Add(new Part($"part{i + 1}", at + (int)offsets[i], (int)(end - offsets[i]), proven));
        }
        return parts.DrainToImmutable();
    }
}
