using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Xiaomi;

/// <summary>
/// Stock image of Xiaomi's routers up to about 2021. Seen on the serial line of an R4A, its boot loader looks at the size first ("Image too
/// large"), then at the device id ("Not R4A package.", "Header check error!"), then at the CRC and the RSA signature; nothing is written
/// before all four are right.
/// </summary>
public sealed class XiaomiHdr1 : IFormatWriter
{
    private const int DeviceOffset = 0x0E, Table = 0x10;

    private static ReadOnlySpan<byte> Magic => "HDR1"u8;

    public string Id => "xiaomi-hdr1";

    public string Title => "Xiaomi stock image (HDR1)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("HDR1")];

    public Finding? Read(in FormatInput input) => XiaomiImage.Read(input, Id, Magic, Table, Ids(input.Bytes));

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        XiaomiImage.AddTooLarge(flaws, finding, expected);
        if (expected.DeviceId is int id && finding[FactName.DeviceId] is long has && has != id)
        {
            flaws.Add(new Flaw(
                FlawCode.WrongDevice, $"made for {Named(has)}, the boot loader takes {Named(id)} only", finding.Offset + DeviceOffset));
        }
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input) => XiaomiImage.Rewrite(input, Read(input), Magic);

    /// <summary>An unsigned image, as xiaomifw makes it; boot loaders that check the signature do not take it.</summary>
    public static byte[] Write(ushort deviceId, IReadOnlyList<XiaomiSection> sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        Span<byte> header = stackalloc byte[Table];
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[DeviceOffset..], deviceId);
        return XiaomiImage.Write(header, Table, sections);
    }

    private static ImmutableArray<Fact> Ids(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Table)
            return [];
        ushort id = bytes.Le16(DeviceOffset);
        Fact device = Fact.Number(FactName.DeviceId, id);
        return XiaomiModels.NameOf(id) is string model ? [device, Fact.Text(FactName.Model, model)] : [device];
    }

    private static string Named(long id) => XiaomiModels.NameOf((int)id) is string model ? $"{model} (device id {id})" : $"device id {id}";
}
