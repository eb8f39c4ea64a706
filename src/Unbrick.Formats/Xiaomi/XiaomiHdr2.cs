using System.Collections.Immutable;
using System.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Xiaomi;

/// <summary>Stock image of Xiaomi's later routers: as HDR1, with device and region as text.</summary>
public sealed class XiaomiHdr2 : IFormatWriter
{
    private const int DeviceOffset = 0x10, RegionOffset = 0x18, TextLength = 8, Table = 0x30;

    private static ReadOnlySpan<byte> Magic => "HDR2"u8;

    public string Id => "xiaomi-hdr2";

    public string Title => "Xiaomi stock image (HDR2)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("HDR2")];

    public Finding? Read(in FormatInput input) => XiaomiImage.Read(input, Id, Magic, Table, Ids(input.Bytes));

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        XiaomiImage.AddTooLarge(flaws, finding, expected);
        if (expected.Region is string region && finding[FactName.Region] is string has && has != region)
            flaws.Add(new Flaw(FlawCode.WrongRegion, $"made for {has}, the unit is of {region}", finding.Offset + RegionOffset));
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input) => XiaomiImage.Rewrite(input, Read(input), Magic);

    /// <summary>An unsigned image; boot loaders that check the signature do not take it.</summary>
    public static byte[] Write(string device, string region, IReadOnlyList<XiaomiSection> sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        Span<byte> header = stackalloc byte[Table];
        header.Clear();
        Magic.CopyTo(header);
        Encoding.ASCII.GetBytes(device.AsSpan(0, Math.Min(device.Length, TextLength)), header[DeviceOffset..]);
        Encoding.ASCII.GetBytes(region.AsSpan(0, Math.Min(region.Length, TextLength)), header[RegionOffset..]);
        return XiaomiImage.Write(header, Table, sections);
    }

    private static ImmutableArray<Fact> Ids(ReadOnlySpan<byte> bytes) => bytes.Length < Table
        ? []
        :
        [
            Fact.Text("device", bytes.FieldText(DeviceOffset, TextLength)),
            Fact.Text(FactName.Region, bytes.FieldText(RegionOffset, TextLength)),
        ];
}
