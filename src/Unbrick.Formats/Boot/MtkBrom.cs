using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Vendors;

namespace Unbrick.Formats.Boot;

// Little-endian (u-boot/u-boot tools/mtk_image.h); before it stands the header of the flash (MtkDeviceHeader):
//   00  3 "MMM"  03 1 version  04 2 length  06 2 kind 0    1A 1 kind of flash    20 4 length of headers, code, hash
//   08 12 "FILE_INFO"          18 2 kind of file           1B 1 1: SHA-256       24 4 most     28 4 length of headers
//                                                          1C 4 load address     2C 4 length of the hash   30 4 code begins
//   99  1 64: the code is for arm64 (in the header of kind 7 that follows, its flag 1000 at 4C)
//   at the end: SHA-256 of all of it before

/// <summary>
/// What the boot ROM of a MediaTek chip loads: BL2 of the filogic boards (<c>preloader.bin</c>, <c>bl2.img</c>) or the SPL. With the wrong
/// one for the flash, or a wrong hash, the ROM finds nothing to start and only a serial line brings the board back.
/// </summary>
public sealed class MtkBrom : IFormatWriter
{
    internal const int FileInfoSize = 0x38;

    private const int Smallest = 0x600, HashSize = 32, ConfigAt = 0x44, Arm64At = 0x99;

    private static readonly int[] s_usualPlaces = [0x600, 0x800, 0x1000, 0x2000];

    public string Id => "mtk-brom";

    public string Title => "MediaTek boot ROM image (BL2, SPL)";

    public ImmutableArray<BytePattern> Patterns { get; } =
    [
        BytePattern.Text("SF_BOOT\0", alignment: 512),
        BytePattern.Text("EMMC_BOOT\0", alignment: 512),
        BytePattern.Text("SDMMC_BOOT\0", alignment: 512),
        BytePattern.Text("SPINAND!", alignment: 512),
        BytePattern.Text("NANDCFG!", alignment: 512),
        BytePattern.Text("BOOTLOADER!", alignment: 512),
        BytePattern.Text("FILE_INFO", offset: 8, alignment: 512),
    ];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Smallest)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(Smallest, bytes.Length)) : null;
        MtkDeviceHeader? device = MtkDeviceHeader.Read(bytes);
        int at = device?.FileInfoAt ?? FindFileInfo(bytes);
        bool info = MtkDeviceHeader.IsFileInfo(bytes, at);
        if (!input.Claimed && !(device is { Sure: true } || device is not null && info || device is null && info && input.AtStart))
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (device is null)
            flaws.Add(new Flaw(FlawCode.Magic, "no header of a flash that the boot ROM knows", input.At));
        if (device is { HasCrc: true } && MtkDeviceHeader.SpimCrc(bytes) is ushort crc && HeaderCrc(bytes) is uint stored and not 0 && stored != crc)
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "CRC of the flash header", stored, crc, input.At + MtkDeviceHeader.SpimCrcAt));
        if (!info)
        {
            flaws.Add(at >= 0 && at + FileInfoSize > bytes.Length
                ? Flaw.Truncated(at + FileInfoSize, bytes.Length)
                : new Flaw(FlawCode.Structure, $"no header of code at 0x{Math.Max(at, 0):x}", input.At + Math.Max(at, 0)));
            return Found(input, device, bytes.Length, false).With(flaws.DrainToImmutable());
        }
        ReadOnlySpan<byte> image = bytes[at..];
        uint total = image.Le32(0x20), code = image.Le32(0x30);
        bool whole = total <= image.Length;
        bool hashed = image[0x1B] == 1 && image.Le32(0x2C) == HashSize && total >= FileInfoSize + HashSize;
        bool proven = whole && hashed && Hash(image, (int)total).AsSpan().SequenceEqual(image.Slice((int)total - HashSize, HashSize));
        if (!whole)
            flaws.Add(Flaw.Truncated(at + (long)total, bytes.Length));
        else if (hashed && !proven)
            flaws.Add(new Flaw(FlawCode.Sha256, $"SHA-256 of the {total - HashSize:N0} bytes at 0x{at:x} is another one", input.At + at + (int)total - HashSize));
        else if (!hashed && total < FileInfoSize)
            flaws.Add(new Flaw(FlawCode.Size, $"says that it has {total:N0} bytes", input.At + at + 0x20));
        long end = at + Math.Max(FileInfoSize, Math.Min(total, (long)image.Length));
        long codeEnd = end - (hashed && whole ? HashSize : 0);
        Finding found = Found(input, device, (int)end, hashed) with
        {
            Confidence = proven || device is { Sure: true } ? Confidence.Certain : Confidence.Likely,
            Parts = code >= FileInfoSize && at + (long)code < codeEnd ? [new Part("bl2", input.At + at + (int)code, (int)(codeEnd - at - code), proven)] : [],
        };
        return (found with
        {
            Facts =
            [
                .. found.Facts,
                Fact.Hex(FactName.Load, image.Le32(0x1C)),
                Fact.Hex(FactName.Entry, unchecked(image.Le32(0x1C) + code)),
                Fact.Text(FactName.Arch, IsArm64(image) ? "arm64" : "arm"),
            ],
        }).With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        VendorRules.CompareSize(flaws, finding, finding.Length, expected);
        if (expected.Arch is string arch && finding[FactName.Arch] is string has && has != arch)
            flaws.Add(new Flaw(FlawCode.WrongArch, $"code for {has}, the unit is {arch}", finding.Offset));
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Smallest || MtkDeviceHeader.Read(bytes) is not MtkDeviceHeader device || !MtkDeviceHeader.IsFileInfo(bytes, device.FileInfoAt))
            return null;
        ReadOnlySpan<byte> image = bytes[device.FileInfoAt..];
        long total = Math.Min(image.Le32(0x20), image.Length);
        if (total < FileInfoSize)
            return null;
        byte[] written = bytes[..(device.FileInfoAt + (int)total)].ToArray();
        Span<byte> code = written.AsSpan(device.FileInfoAt);
        if (device.HasCrc && HeaderCrc(bytes) != 0)
            BinaryPrimitives.WriteUInt16LittleEndian(written.AsSpan(MtkDeviceHeader.SpimCrcAt), MtkDeviceHeader.SpimCrc(written));
        BinaryPrimitives.WriteUInt32LittleEndian(code[0x20..], (uint)total);
        if (code[0x1B] == 1 && image.Le32(0x2C) == HashSize && total >= FileInfoSize + HashSize)
            Hash(code, (int)total).CopyTo(code[((int)total - HashSize)..]);
        return written;
    }

    private Finding Found(in FormatInput input, MtkDeviceHeader? device, int length, bool hashed) => new()
    {
        Offset = input.At,
        Length = Math.Max(1, length),
        Format = Id,
        Variant = device?.Media,
        Verdict = hashed ? Verdict.Ok : Verdict.Unchecked,
        Confidence = device is { Sure: true } ? Confidence.Likely : Confidence.Guess,
        Facts = device is { PageSize: > 0 and int page } ? [Fact.Number("page_size", page)] : [],
    };

    /// <summary>0 in images of packers that did not write it yet.</summary>
    private static uint HeaderCrc(ReadOnlySpan<byte> bytes) => bytes.Le16(MtkDeviceHeader.SpimCrcAt);

    private static bool IsArm64(ReadOnlySpan<byte> image) =>
        image.Length > Arm64At && image.Has("MMM"u8, ConfigAt) && image.Le16(ConfigAt + 6) == 7 && image[Arm64At] == 0x64;

    private static int FindFileInfo(ReadOnlySpan<byte> bytes)
    {
        foreach (int at in s_usualPlaces)
        {
            if (MtkDeviceHeader.IsFileInfo(bytes, at))
                return at;
        }
        return -1;
    }

    private static byte[] Hash(ReadOnlySpan<byte> image, int total) => SHA256.HashData(image[..(total - HashSize)]);
}
