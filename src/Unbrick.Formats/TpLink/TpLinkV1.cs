using System.Collections.Immutable;
using System.Text;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.TpLink;

/// <summary>
/// The header of TP-Link's MIPS routers up to about 2016, and of OpenWrt's images for them. The web page compares hardware id, revision,
/// region and MD5; the boot loader reads load address and lengths only.
/// </summary>
public sealed class TpLinkV1 : IFormatWriter
{
    private const int VendorOffset = 4, VendorLength = 24, TextOffset = 0x1C, TextLength = 36, FirstRegionOffset = 0x120, RegionOffset = 0x140;

    public string Id => "tplink-v1";

    public string Title => "TP-Link firmware header, version 1";

    public ImmutableArray<BytePattern> Patterns { get; } =
    [
        BytePattern.Text("TP-LINK Technologies", VendorOffset),
        BytePattern.Hex("01 00 00 00", 0, 0x1000),
        BytePattern.Hex("02 00 00 00", 0, 0x1000),
    ];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!TpLinkV1Header.TryRead(bytes, out TpLinkV1Header header))
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(TpLinkV1Header.Size, bytes.Length)) : null;
        bool knownVersion = header.Version is TpLinkV1Header.Version1 or TpLinkV1Header.Version2;
        if (!input.Claimed && (!(knownVersion || input.AtStart) || !Plausible(bytes, header)))
            return null;
        ReadOnlySpan<uint> versions = knownVersion ? [header.Version] : [TpLinkV1Header.Version1, TpLinkV1Header.Version2];
        TpLinkMd5 md5 = TpLinkMd5.Check(input, header.Layout, TpLinkV1Header.Md5Offset, header.UsedSalt, versions);
        if (!knownVersion && !input.Claimed && !md5.Fits)
            return null;
        ImmutableArray<Flaw> flaws = md5.Flaws;
        if (!knownVersion)
            flaws = flaws.Insert(0, new Flaw(FlawCode.Version, $"header version is 0x{header.Version:x8}, not 0x01000000", input.At));
        return md5.Found(Id, input.At, header.Layout, Facts(bytes, header)).With(flaws);
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => TpLinkCompare.Flaws(finding, expected, 0x40);

    public byte[]? Rewrite(in FormatInput input)
    {
        if (Read(input) is not Finding finding || !TpLinkV1Header.TryRead(input.Bytes, out TpLinkV1Header header))
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        header.Write(written);
        if (!written.AsSpan(TpLinkV1Header.Md5Offset, SaltedMd5.Size).TrimStart((byte)0).IsEmpty)
            SetMd5(written, header);
        return written;
    }

    /// <summary>An image of this header and what follows it. The lengths are the header's: it may announce padding that is not there.</summary>
    public static byte[] Write(
        in TpLinkV1Header header, ReadOnlySpan<byte> payload, string vendor = "TP-LINK Technologies", string version = "ver. 1.0",
        string? country = null)
    {
        byte[] image = new byte[TpLinkV1Header.Size + payload.Length];
        SetText(image.AsSpan(VendorOffset, VendorLength), vendor);
        SetText(image.AsSpan(TextOffset, TextLength), version);
        if (country is not null)
        {
            byte[] letters = new byte[4];
            SetText(letters, country);
            string hex = Convert.ToHexString(letters);
            SetText(image.AsSpan(FirstRegionOffset, 32), $"00000000;{hex};");
            SetText(image.AsSpan(RegionOffset, 32), hex);
        }
        payload.CopyTo(image.AsSpan(TpLinkV1Header.Size));
        header.Write(image);
        SetMd5(image, header);
        return image;
    }

    private static void SetMd5(Span<byte> image, in TpLinkV1Header header) =>
        SaltedMd5.Of(image, TpLinkV1Header.Md5Offset, header.UsedSalt).CopyTo(image[TpLinkV1Header.Md5Offset..]);

    private static void SetText(Span<byte> field, string text) =>
        Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, field.Length)), field);

    /// <summary>A vendor in letters, a hardware id, and lengths that agree: no machine code looks like that.</summary>
    internal static bool Plausible(ReadOnlySpan<byte> bytes, in TpLinkV1Header header)
    {
        ReadOnlySpan<byte> vendor = bytes.Field(VendorOffset, VendorLength);
        return vendor.Length >= 4 && vendor.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
            && header.HwId != 0 && header.Layout.Plausible && !TpLinkV2Header.HasMarks(bytes);
    }

    private static ImmutableArray<Fact> Facts(ReadOnlySpan<byte> bytes, in TpLinkV1Header header)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.AddRange(
            Fact.Text(FactName.Vendor, bytes.FieldText(VendorOffset, VendorLength)),
            Fact.Text(FactName.Version, bytes.FieldText(TextOffset, TextLength)),
            Fact.Text("fw_version", $"{header.Major}.{header.Middle}.{header.Minor}"),
            Fact.Hex(FactName.HwId, header.HwId),
            Fact.Hex(FactName.HwRev, header.HwRev),
            Fact.Number(FactName.Region, header.Region),
            Fact.Text("md5", Convert.ToHexStringLower(bytes.Slice(TpLinkV1Header.Md5Offset, SaltedMd5.Size))),
            Fact.Number("fw_length", header.Length),
            Fact.Number("kernel_off", header.KernelOffset),
            Fact.Number("kernel_len", header.KernelLength),
            Fact.Number("rootfs_off", header.RootfsOffset),
            Fact.Number("rootfs_len", header.RootfsLength),
            Fact.Number(FactName.BootLength, header.BootLength),
            Fact.Number(FactName.Load, header.KernelLoad),
            Fact.Number(FactName.Entry, header.KernelEntry));
        if (CountryCode.Letters(bytes.Field(RegionOffset, 32)) is string country)
            facts.Add(Fact.Text("country", SafeText.Show(country)));
        return facts.DrainToImmutable();
    }
}
