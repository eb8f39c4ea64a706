using System.Collections.Immutable;
using System.Text;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// 128 bytes of text, NUL-padded, then the payload, then one byte that makes the sum of all bytes FF modulo 256
// (openwrt/firmware-utils src/mkdniimg.c):
//   device:WNDR3700\nversion:VV1.0.0.1\nregion:\nhd_id:29763654+16+64\n

/// <summary>
/// Netgear image with a text header (DNI), as Atheros and Qualcomm models take it by TFTP. It has no length: it reaches to the end of the file.
/// </summary>
public sealed class NetgearDni : IFormatWriter
{
    private const int HeaderSize = 128;

    public string Id => "netgear-dni";

    public string Title => "Netgear DNI image";

    public ImmutableArray<BytePattern> Patterns => [];

    private static ReadOnlySpan<byte> FirstKey => "device:"u8;

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !input.AtStart)
            return null;
        if (bytes.Length <= HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize + 1, bytes.Length)) : null;
        bool knownMagic = bytes.Has(FirstKey);
        bool texts = HasTexts(bytes[..HeaderSize]);
        if (!input.Claimed && !texts)
            return null;
        byte sum = SumOf(bytes[..^1]);
        bool sumFits = (byte)(sum + bytes[^1]) == 0xFF;
        if (!input.Claimed && !knownMagic && !IsNearly(bytes[..FirstKey.Length]))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!knownMagic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with \"{bytes.FieldText(0, 16)}\", not \"device:\"", input.At));
        if (!sumFits)
        {
            flaws.Add(new Flaw(
                FlawCode.Checksum, $"the checksum byte is 0x{bytes[^1]:x2}, the bytes give 0x{(byte)(0xFF - sum):x2}", input.At + bytes.Length - 1));
        }
        return new Finding
        {
            Offset = input.At,
            Length = bytes.Length,
            Format = Id,
            Confidence = texts && knownMagic ? Confidence.Certain : Confidence.Likely,
            Facts = Facts(bytes),
            Parts = bytes.Length > HeaderSize + 1 ? [new Part("payload", input.At + HeaderSize, bytes.Length - HeaderSize - 1)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        VendorRules.CompareBoard(flaws, finding, expected);
        // OpenWrt leaves the region empty, and WW is for the whole world.
        if (expected.Region is string region && finding[FactName.Region] is string has && has is not ("" or "WW")
            && !has.Equals(region, StringComparison.OrdinalIgnoreCase) && !(has == "NA" && region is "US" or "CA"))
        {
            flaws.Add(new Flaw(FlawCode.WrongRegion, $"made for region {has}, the unit is of region {region}", finding.Offset));
        }
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        if (input.Length <= HeaderSize)
            return null;
        byte[] written = input.Bytes.ToArray();
        written[^1] = (byte)(0xFF - SumOf(written.AsSpan()[..^1]));
        return written;
    }

    /// <summary>One to five lines of text with the keys that every such header has, then nothing but NUL.</summary>
    private static bool HasTexts(ReadOnlySpan<byte> header)
    {
        int end = header.IndexOf((byte)0);
        if (end < 0)
            end = header.Length;
        return header[end..].IsAll(0) && header[..end].IndexOf("\nversion:"u8) > 0 && header[..end].IndexOf("\nregion:"u8) > 0
            && header[..end].IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) is > 0 and int line && header[line] == (byte)'\n';
    }

    /// <summary>"device:" with one or two bytes destroyed.</summary>
    private static bool IsNearly(ReadOnlySpan<byte> key)
    {
        int same = 0;
        for (int i = 0; i < key.Length; i++)
            same += key[i] == FirstKey[i] ? 1 : 0;
        return same >= FirstKey.Length - 2;
    }

    private static byte SumOf(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte b in bytes)
            sum += b;
        return (byte)sum;
    }

    private static ImmutableArray<Fact> Facts(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> header = bytes.Field(0, HeaderSize);
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        foreach (Range line in header.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> text = header[line];
            int colon = text.IndexOf((byte)':');
            if (colon < 0)
                continue;
            string? name = Encoding.ASCII.GetString(text[..colon]) switch
            {
                "device" => FactName.Board,
                "version" => FactName.Version,
                "region" => FactName.Region,
                "hd_id" => "hd_id",
                _ => null,
            };
            if (name is not null)
                facts.Add(Fact.Text(name, SafeText.Show(text[(colon + 1)..])));
        }
        facts.Add(Fact.Number("checksum", bytes[^1]));
        return facts.DrainToImmutable();
    }
}
