using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Formats.Esp;
using Unbrick.Formats.Identify;
using Unbrick.Hardware.Esp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Esp;

/// <summary>A file that is to be written: unpacked, recognised, and refused where it cannot run.</summary>
/// <param name="Name">Of the file.</param>
/// <param name="Bytes">Unpacked.</param>
/// <param name="Findings">What is in it.</param>
/// <param name="Kind">What kind it is.</param>
/// <param name="Family"><c>esp8266</c>, <c>esp32</c>, <c>esp32c3</c>...; null for a dump without an image at its beginning.</param>
/// <param name="Firmware">Tasmota, ESPHome...; null when not recognised.</param>
public sealed record EspFirmwareFile(string Name, ReadOnlyMemory<byte> Bytes, ImmutableArray<Finding> Findings, EspFileKind Kind, string? Family, string? Firmware)
{
    private const int TableAt = 0x8000, SmallestDump = 256 << 10, LargestBootLoader = 0x8000;

    /// <summary>Looks into a file.</summary>
    /// <exception cref="UnbrickException">It is nothing that an ESP could start.</exception>
    public static EspFirmwareFile Open(string name, ReadOnlyMemory<byte> bytes)
    {
        RefuseOtherFiles(name, bytes.Span);
        Identification file = Identification.Of(name, bytes);
        while (file.Inner is { } inner)
            file = inner;
        bytes = file.Bytes;
        RefuseOtherFiles(name, bytes.Span);
        Finding[] images = [.. file.Findings.Where(IsImage)];
        Finding? first = images.FirstOrDefault();
        bool wholeChip = bytes.Length >= SmallestDump && int.IsPow2(bytes.Length);
        if (file.Findings.FirstOrDefault(f => f.Format.StartsWith("tuya", StringComparison.Ordinal) || f.Format.StartsWith("beken", StringComparison.Ordinal)) is { Offset: 0 } tuya)
            throw Kinds(name, bytes.Length, $"an update container of Tuya ({tuya.Format}), which only Tuya's own firmware unpacks");
        if (file.Main is { Format: "comp" } || bytes.Span is [0x1F, 0x8B, ..])
            throw Refused(ProblemCode.EspImageDamaged, [$"{name}: {bytes.Length:N0} bytes, packed; they do not unpack"], ("file", name));
        if (first is null && wholeChip && bytes.Span.IndexOfAnyExcept((byte)0xFF) >= 0)
            throw Kinds(name, bytes.Length, "as long as a whole chip, with nothing in it that an ESP starts (a backup goes back with: unbrick esp restore)");
        if (first is null && !wholeChip)
            throw Kinds(name, bytes.Length, file.Main is Finding other ? $"{other.Format}, which is not for an ESP" : $"no firmware of an ESP (it begins with {Convert.ToHexStringLower(bytes.Span[..Math.Min(8, bytes.Length)])})");
        if (images.FirstOrDefault(i => i.Verdict == Verdict.Bad && (i.Offset == 0 || i == images[^1])) is Finding bad && !wholeChip)
            throw Damaged(name, bad);
        string? family = first is null ? null : first["chip"] as string ?? (first.Format == "esp8266" ? "esp8266" : "esp32");
        if (first is { Format: "esp8266", Variant: "v2", Offset: 0 })
            throw Kinds(name, bytes.Length, "an image for one of two slots (it begins with ea 04): it needs a boot loader (rBoot or Tuya's) below it");
        string? firmware = images.Select(i => i["firmware"] as string).FirstOrDefault(f => f is not null);
        bool table = file.Findings.Any(f => f.Format == "esp-ptable" && f.Offset == TableAt);
        if (EspProgramCheck.Flaw(bytes.Span, family is null or "esp8266", table ? TableAt : null, wholeChip) is string flaw)
            throw Refused(ProblemCode.EspImageDamaged, [$"{name}: {flaw}"], ("file", name));
        EspFileKind kind = family == "esp8266" || table || first is null or { Offset: > 0 } ? (wholeChip ? EspFileKind.Dump : EspFileKind.Factory)
            : bytes.Length <= LargestBootLoader && first["version"] is null ? EspFileKind.BootLoader : EspFileKind.Application;
        return new(name, bytes, file.Findings, kind, family, firmware);
    }

    /// <summary>Nothing but erased bytes: to be written, not to be started.</summary>
    public bool IsBlank => Bytes.Span.IndexOfAnyExcept((byte)0xFF) < 0;

    /// <summary>Refuses it for another chip.</summary>
    /// <param name="identity">The chip.</param>
    public void CheckChip(EspIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (Family is not null && Family != identity.Chip.Id)
        {
            throw Refused(
                ProblemCode.EspImageOtherChip, [$"{Name}: made for {Family}", $"the chip is {identity.Name}"], ("file", Name), ("made", Family), ("chip", identity.Name));
        }
    }

    /// <summary>Refuses it where it does not fit.</summary>
    /// <param name="identity">The chip.</param>
    /// <param name="offset">Where it will be written.</param>
    public void CheckSize(EspIdentity identity, long offset)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (offset + Bytes.Length > identity.FlashSize)
        {
            throw Refused(
                ProblemCode.EspImageTooLarge, [$"{Name}: {Bytes.Length:N0} bytes at 0x{offset:x}, flash: {identity.FlashSize:N0}"], ("file", Name),
                ("flash", ByteText.Exact(identity.FlashSize)));
        }
    }

    /// <summary>
    /// The bytes with flash settings that the chip can have; what is not known to be an image at its boot offset stays as it is. Null where nothing
    /// is to be changed.
    /// </summary>
    /// <param name="identity">The chip.</param>
    /// <param name="offset">Where the file is written: elsewhere than at the boot offset nothing reads the settings.</param>
    /// <param name="mode">As wished; null keeps it.</param>
    /// <param name="what">What was changed, in words.</param>
    public ReadOnlyMemory<byte>? WithSettings(EspIdentity identity, long offset, string? mode, out string what)
    {
        ArgumentNullException.ThrowIfNull(identity);
        what = "";
        int at = Kind is EspFileKind.BootLoader or EspFileKind.Application ? 0 : (int)identity.Chip.BootOffset.Value;
        bool extended = identity.Chip.Id != "esp8266";
        if (Kind == EspFileKind.Application || offset + at != identity.Chip.BootOffset.Value || at >= Bytes.Length || EspImage.Parse(Bytes.Span[at..], extended) is not { Whole: true } image)
            return null;
        EspFlashSettings now = EspFlashSettings.Of(image);
        string? newMode = mode is null || mode == now.Mode ? null : mode;
        long? newSize = now.Size > identity.FlashSize ? identity.FlashSize : null;
        if ((newMode is null && newSize is null) || EspFlashSettings.Change(Bytes.Span[at..], extended, newMode, newSize) is not byte[] changed)
            return null;
        byte[] all = Bytes.ToArray();
        changed.CopyTo(all, at);
        what = string.Join(", ", new[] { newMode is null ? null : $"flash mode {now.Mode} -> {newMode}", newSize is null ? null : $"flash size {ByteText.Short(now.Size)} -> {ByteText.Short(newSize.Value)}" }.Where(t => t is not null));
        return all;
    }

    private static bool IsImage(Finding finding) => finding.Format is "esp8266" or "esp32";

    /// <summary>What people save as <c>.bin</c> by mistake.</summary>
    private static void RefuseOtherFiles(string name, ReadOnlySpan<byte> bytes)
    {
        string? kind = bytes switch
        {
            [] => "an empty file",
            [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => "an ELF file: what a compiler makes, from which the image is made (esptool elf2image)",
            _ when IsPage(bytes) => "a web page saved under that name: the download was not the file",
            _ when IsText(bytes) => "text, no firmware",
            _ => null,
        };
        if (kind is not null)
            throw Kinds(name, bytes.Length, kind);
    }

    private static bool IsPage(ReadOnlySpan<byte> bytes)
    {
        string start = System.Text.Encoding.Latin1.GetString(bytes[..Math.Min(512, bytes.Length)]).TrimStart('\xEF', '\xBB', '\xBF', ' ', '\r', '\n', '\t');
        return start.StartsWith('<') && (start.Contains("<html", StringComparison.OrdinalIgnoreCase) || start.Contains("<!doctype", StringComparison.OrdinalIgnoreCase) || start.Contains("<head", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsText(ReadOnlySpan<byte> bytes) =>
        bytes[..Math.Min(1024, bytes.Length)].IndexOfAnyExceptInRange((byte)'\t', (byte)'~') < 0;

    private static UnbrickException Kinds(string name, int length, string kind) =>
        Refused(ProblemCode.EspImageKind, [$"{name}: {length:N0} bytes, {kind}"], ("file", name), ("kind", kind));

    private static UnbrickException Damaged(string name, Finding bad) => Refused(
        ProblemCode.EspImageDamaged, bad.Flaws.Select(f => $"{f.Code}: {f.Seen}").Prepend($"{bad.Format} at 0x{bad.Offset:x}"), ("file", name));

    private static UnbrickException Refused(string code, IEnumerable<string> seen, params ReadOnlySpan<(string, string)> values) =>
        new(ProblemCatalogue.Create(code, seen, values), ExitCode.BadImage);
}
