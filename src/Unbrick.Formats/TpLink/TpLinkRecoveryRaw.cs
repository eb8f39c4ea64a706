using System.Collections.Immutable;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Kernel;

namespace Unbrick.Formats.TpLink;

// No header (https://openwrt.org/toh/tp-link/archer_mr200, "Recovery"):
//       0  20000 boot loader
//   20000    ...  firmware, beginning with its own TP-Link header; on the Archer MR200 7B0000 bytes of it

/// <summary>
/// What TP-Link's boot loader takes by TFTP and writes from the first byte of the flash: boot loader and firmware without the header of the
/// vendor's download. It checks nothing: a file with that header, without boot loader or shifted by 512 bytes is written as it is, and the
/// router is dead afterwards.
/// </summary>
public sealed class TpLinkRecoveryRaw : IFormatWriter
{
    /// <summary>Boot loader, and so the place of the firmware.</summary>
    public const int BootSize = 0x2_0000;

    private const int Shift = TpLinkLayout.HeaderSize;

    private static readonly ImmutableArray<IFirmwareFormat> s_inner = [new TpLinkV1(), new TpLinkV2(), new TpLinkV3(), new UImage()];

    public string Id => "tplink-recovery-raw";

    public string Title => "TP-Link recovery file: boot loader and firmware without header";

    /// <summary>Only as a whole file: in a dump, boot loader and firmware are found each for itself.</summary>
    public ImmutableArray<BytePattern> Patterns { get; } = [];

    public Finding? Read(in FormatInput input)
    {
        if (!input.Claimed && !input.AtStart)
            return null;
        ReadOnlySpan<byte> bytes = input.Bytes;
        bool hasBoot = bytes[..Math.Min(bytes.Length, BootSize)].IndexOf("U-Boot"u8) >= 0;
        (int shift, FirmwareHeader inner) = Firmware(bytes);
        bool headed = FirmwareHeader.At(bytes, 0).Found || (input.Claimed && HasHeaderVersion(bytes));
        bool follows = inner.Found || shift != 0 || Continues(bytes);
        if (!input.Claimed && (headed || !hasBoot || !follows || IsDump(bytes.Length, inner, BootSize + shift)))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (headed)
            flaws.Add(new Flaw(FlawCode.HeaderMustBeCut, $"begins with a header of {Shift} bytes that would be written to the flash", input.At));
        if (!hasBoot)
            flaws.Add(new Flaw(FlawCode.BootLoaderMissing, $"no boot loader in the first {BootSize:N0} bytes, where the flash has it", input.At));
        else if (!headed && shift != 0)
            flaws.Add(new Flaw(FlawCode.OffsetRange, $"the firmware begins at 0x{BootSize + shift:x}, not at 0x{BootSize:x}", input.At));
        if (hasBoot && bytes.Length <= BootSize)
            flaws.Add(new Flaw(FlawCode.Truncated, $"{bytes.Length:N0} bytes end within the boot loader, no firmware follows"));
        bool tiled = flaws.Count == 0 || (flaws.Count == 1 && hasBoot && !headed && shift != 0);
        return new Finding
        {
            Offset = input.At,
            Length = Math.Max(1, bytes.Length),
            Format = Id,
            Verdict = Verdict.Unchecked,
            Confidence = !hasBoot || !follows ? Confidence.Guess
                : shift != 0 && IsWhole(input, BootSize + shift) ? Confidence.Certain
                : inner.Found || shift != 0 ? Confidence.Likely : Confidence.Guess,
            Facts = [Fact.Number(FactName.BootLength, hasBoot ? BootSize : 0), .. inner.Facts],
            Parts = tiled
                ? [new Part("boot", input.At, BootSize + shift), new Part("firmware", input.At + BootSize + shift, bytes.Length - BootSize - shift)]
                : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => TpLinkCompare.Flaws(finding, expected, BootSize + 0x34);

    public byte[]? Rewrite(in FormatInput input)
    {
        if (Read(input) is not { Parts: [{ Length: BootSize } boot, Part firmware] })
            return null;
        ReadOnlySpan<byte> image = input.Image.Span;
        return Write(image.Slice(boot.Offset, boot.Length), image.Slice(firmware.Offset, firmware.Length));
    }

    /// <summary>The boot loader, filled up to its partition with erased flash, and the firmware behind it.</summary>
    public static byte[] Write(ReadOnlySpan<byte> boot, ReadOnlySpan<byte> firmware)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(boot.Length, BootSize);
        byte[] image = new byte[BootSize + firmware.Length];
        image.AsSpan(0, BootSize).Fill(0xFF);
        boot.CopyTo(image);
        firmware.CopyTo(image.AsSpan(BootSize));
        return image;
    }

    /// <summary>
    /// The firmware's own header, and how far from its place it, or the bare kernel, is when a header too many or too few was cut off. Where a
    /// kernel comes too late, the end of the boot loader's partition is before it: something else there is a header that is not known.
    /// </summary>
    private static (int Shift, FirmwareHeader Header) Firmware(ReadOnlySpan<byte> bytes)
    {
        foreach (int shift in (ReadOnlySpan<int>)[0, -Shift, Shift])
        {
            if (FirmwareHeader.At(bytes, BootSize + shift) is { Found: true } header)
                return (shift, header);
        }
        return HasKernel(bytes, BootSize - Shift) ? (-Shift, default)
            : HasKernel(bytes, BootSize + Shift) && IsBlank(bytes.Slice(BootSize, Shift)) ? (Shift, default) : default;
    }

    /// <summary>A uImage whose header has the right CRC.</summary>
    private static bool HasKernel(ReadOnlySpan<byte> bytes, int at) =>
        bytes.Length > at && UImageHeader.TryRead(bytes[at..], out UImageHeader kernel) && kernel.Magic == UImageHeader.UsualMagic
        && kernel.HeaderCrc == UImageHeader.CrcOf(bytes[at..], UImageHeader.Size);

    /// <summary>The MD5 of the firmware, or the CRC of the kernel, fits: then it begins where it was found.</summary>
    private static bool IsWhole(in FormatInput input, int at)
    {
        FormatInput firmware = new(input.Image, input.At + at, input.At + input.Length, input.Budget) { AtStart = true };
        foreach (IFirmwareFormat format in s_inner)
        {
            if (format.Read(firmware) is { Verdict: Verdict.Ok })
                return true;
        }
        return false;
    }

    /// <summary>The boot loader's partition ends in padding, and a kernel with its root file system follows right behind it.</summary>
    private static bool Continues(ReadOnlySpan<byte> bytes) =>
        bytes.Length > BootSize + 16 && IsBlank(bytes.Slice(BootSize - 16, 16)) && !IsBlank(bytes.Slice(BootSize, 16))
        && bytes[BootSize..].IndexOf("hsqs"u8) >= 0;

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IsAll(0xFF) || bytes.IsAll(0);

    private static bool HasHeaderVersion(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && bytes.Be32(0) is TpLinkV1Header.Version1 or TpLinkV2Header.Version2 or TpLinkV2Header.Version3;

    /// <summary>Longer than what the inner header announces, or a power of two: settings and calibration follow, this is a whole flash.</summary>
    private static bool IsDump(int length, in FirmwareHeader inner, int at) =>
        (length >= 0x10_0000 && int.IsPow2(length)) || (inner.Found && length > at + TpLinkLayout.RoundUp(inner.Length, BootSize));
}
