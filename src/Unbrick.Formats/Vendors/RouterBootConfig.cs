using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Flash;

namespace Unbrick.Formats.Vendors;

// In the processor's order, at a multiple of 4 KiB (openwrt/openwrt drivers/platform/mikrotik/rb_hardconfig.c, rb_softconfig.c):
//   hard  00 4 "Hard" ("draH")   04 .. tags: 04 MAC address, 05 product code, 06 version, 0B serial number, 0E MAC addresses, 16 calibration,
//                                      17 board, 21 product name
//   soft  00 4 "Soft" ("tfoS")   04 4 CRC of the 4 KiB, this field as zero   08 .. tags: 01 speed, 02 delay, 03 device, 04 key, 09 protocol,
//                                      0D loader, 0F silent

/// <summary>
/// Configuration of MikroTik's RouterBOOT: the unit's own (hard: addresses, serial number, radio calibration) and the user's (soft: from where
/// and how it boots). RouterBOOT sets a soft one whose CRC is wrong back to what the factory had; the hard one has no checksum and no copy.
/// </summary>
public sealed class RouterBootConfig : IFormatWriter
{
    private const int Block = 0x1000, SoftTags = 8, HardTags = 4, CrcAt = 4;
    private const int MacId = 4, CodeId = 5, VersionId = 6, MacCountId = 0xE, CalibrationId = 0x16, BoardId = 0x17, NameId = 0x21;

    private static readonly ImmutableArray<string> s_devices = ["ethernet", "flash, then ethernet", "card", "ethernet once", "", "flash", "", "configuration", "configuration once"];

    private static readonly ImmutableArray<string> s_speeds = ["115200", "57600", "38400", "19200", "9600", "4800", "2400", "1200", "off"];

    public string Id => "routerboot";

    public string Title => "MikroTik RouterBOOT configuration";

    public ImmutableArray<BytePattern> Patterns { get; } =
    [
        BytePattern.Text("Hard", alignment: Block), BytePattern.Text("draH", alignment: Block),
        BytePattern.Text("Soft", alignment: Block), BytePattern.Text("tfoS", alignment: Block),
    ];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < SoftTags + 4)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(SoftTags + 4, bytes.Length)) : null;
        (bool hard, bool big, bool magic) = KindOf(bytes);
        if (!magic && !input.Claimed && !input.AtStart)
            return null;
        ReadOnlySpan<byte> within = bytes[..Math.Min(bytes.Length, hard ? 0x1_0000 : Block)];
        RouterBootTags tags = RouterBootTags.Read(within, hard ? HardTags : SoftTags, big);
        bool whole = bytes.Length >= Block, crcFits = !hard && whole && SoftCrc(bytes, big) == Crc(bytes, big);
        if (!input.Claimed && !crcFits && (!magic || tags.Places.Count < 2 || !tags.Ended && tags.Places.Count < 4))
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Be32(0):x8}: neither \"Hard\" nor \"Soft\"", input.At));
        if (!tags.Ended)
            flaws.Add(new Flaw(FlawCode.NoTerminator, $"what stands at 0x{tags.End:x} is no tag", input.At + Math.Min(tags.End, bytes.Length - 1)));
        if (!hard && !whole)
            flaws.Add(Flaw.Truncated(Block, bytes.Length));
        else if (!hard && !crcFits)
            flaws.Add(Flaw.Differs(FlawCode.Crc, "CRC", Crc(bytes, big), SoftCrc(bytes, big), input.At + CrcAt));
        MacAddress mac = hard && tags.Content(bytes, MacId) is { Length: >= MacAddress.Size } content ? MacAddress.Read(content) : default;
        if (mac.IsMulticast && !mac.IsBroadcast)
            flaws.Add(new Flaw(FlawCode.MacMulticast, $"{mac} is a multicast address", input.At + tags.Places[MacId].At));
        return new Finding
        {
            Offset = input.At,
            Length = Math.Max(1, hard ? tags.End : within.Length),
            Format = Id,
            Variant = hard ? "hard" : "soft",
            Verdict = hard ? Verdict.Unchecked : Verdict.Ok,
            Confidence = crcFits || magic && tags.Ended && tags.Places.Count > 3 ? Confidence.Certain : Confidence.Likely,
            Facts = hard ? HardFacts(bytes, tags, mac) : SoftFacts(bytes, tags),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => MacPlaces.CompareLabel(finding, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        if (Read(input) is not { Variant: string kind } finding || (kind == "soft" && finding.Length < Block) || finding.Length < SoftTags)
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        bool big = KindOf(written).BigEndian;
        (kind == "soft" ? big ? "tfoS"u8 : "Soft"u8 : big ? "draH"u8 : "Hard"u8).CopyTo(written);
        if (kind == "soft" && big)
            BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(CrcAt), SoftCrc(written, big));
        else if (kind == "soft")
            BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(CrcAt), SoftCrc(written, big));
        return written;
    }

    private static ImmutableArray<Fact> HardFacts(ReadOnlySpan<byte> bytes, RouterBootTags tags, MacAddress mac)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        foreach ((int id, string name) in (ReadOnlySpan<(int, string)>)
            [(NameId, FactName.Model), (BoardId, "board_id"), (CodeId, "product_code"), (VersionId, FactName.Version)])
        {
            if (tags.Content(bytes, id) is { Length: > 0 } text)
                facts.Add(Fact.Text(name, text.FieldText(0, text.Length)));
        }
        if (MacPlaces.Usable(mac))
            facts.Add(new UnitMacs { { tags.Places[MacId].At, mac } }.AsFact());
        if (tags.Number(bytes, MacCountId) is uint count)
            facts.Add(Fact.Number("mac_count", count));
        facts.Add(Fact.Flag("calibration", tags.Places.ContainsKey(CalibrationId)));
        return facts.DrainToImmutable();
    }

    private static ImmutableArray<Fact> SoftFacts(ReadOnlySpan<byte> bytes, RouterBootTags tags)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        if (Word(tags.Number(bytes, 3), s_devices) is string device)
            facts.Add(Fact.Text("boot_device", device));
        if (Word(tags.Number(bytes, 9), ["bootp", "dhcp"]) is string protocol)
            facts.Add(Fact.Text("boot_protocol", protocol));
        if (tags.Number(bytes, 2) is uint delay)
            facts.Add(Fact.Number("boot_delay", delay));
        if (Word(tags.Number(bytes, 4), ["any", "delete"]) is string key)
            facts.Add(Fact.Text("boot_key", key));
        if (Word(tags.Number(bytes, 0xD), ["regular", "backup"]) is string loader)
            facts.Add(Fact.Text("loader", loader));
        if (Word(tags.Number(bytes, 1), s_speeds) is string speed)
            facts.Add(Fact.Text("uart_speed", speed));
        if (tags.Number(bytes, 0xF) is uint silent)
            facts.Add(Fact.Flag("silent", silent != 0));
        return facts.DrainToImmutable();
    }

    private static string? Word(uint? value, ImmutableArray<string> words) =>
        value is uint number && number < words.Length && words[(int)number].Length > 0 ? words[(int)number] : null;

    private static (bool Hard, bool BigEndian, bool Known) KindOf(ReadOnlySpan<byte> bytes) =>
        bytes.Has("Hard"u8) ? (true, false, true) : bytes.Has("draH"u8) ? (true, true, true)
        : bytes.Has("Soft"u8) ? (false, false, true) : bytes.Has("tfoS"u8) ? (false, true, true)
        : Guess(bytes);

    /// <summary>Without the magic: soft in the order in which the CRC fits, else hard in the order that has more tags.</summary>
    private static (bool Hard, bool BigEndian, bool Known) Guess(ReadOnlySpan<byte> bytes)
    {
        int little = RouterBootTags.Read(bytes, HardTags, false).Places.Count, big = RouterBootTags.Read(bytes, HardTags, true).Places.Count;
        int softLittle = RouterBootTags.Read(bytes, SoftTags, false).Places.Count, softBig = RouterBootTags.Read(bytes, SoftTags, true).Places.Count;
        int hard = Math.Max(little, big), soft = Math.Max(softLittle, softBig);
        return hard >= soft ? (true, big > little, false) : (false, softBig > softLittle, false);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, bool big) => big ? bytes.Be32(CrcAt) : bytes.Le32(CrcAt);

    /// <summary>CRC of a soft configuration that has the magic number, its own field as zero.</summary>
    private static uint SoftCrc(ReadOnlySpan<byte> bytes, bool big)
    {
        uint state = Crc32.Update(uint.MaxValue, big ? "tfoS"u8 : "Soft"u8);
        state = Crc32.Update(state, 0, 4);
        return ~Crc32.Update(state, bytes[SoftTags..Block]);
    }
}
