using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

/// <summary>
/// The boot loader at the beginning of a dump or a file: which one, which version. Its code has no length in a header, so the length is that of
/// the stretch up to the first 64 KiB boundary where something else begins (<see cref="Extent"/>).
/// </summary>
public sealed class BootLoader : IFirmwareFormat
{
    private const int Block = 0x1_0000, Texts = 0x4_0000, Largest = 0x10_0000, Unbounded = 0x4_0000, Gap = 0x100, Smallest = 0x400;

    /// <summary>Where the boot loaders of TP-Link keep the unit's base address; it is why another unit's boot loader is not a good one.</summary>
    private const int TpLinkMac = 0x1_FC00;

    public string Id => "bootloader";

    public string Title => "Boot loader";

    public ImmutableArray<BytePattern> Patterns => [];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && (!input.AtStart || bytes.Length < Smallest || !LooksLikeCode(bytes)))
            return null;
        BootLoaderKind? kind = BootLoaderKind.Find(bytes[..Math.Min(Texts, bytes.Length)]);
        bool vector = bytes.Length >= Smallest && (BeginsWithJump(bytes.Be32(0), bytes.Be32(4)) || BeginsWithJump(bytes.Le32(0), bytes.Le32(4)));
        if (kind is null && !vector && !input.Claimed)
            return null;
        int length = Extent(bytes);
        Finding finding = new()
        {
            Offset = input.At,
            Length = Math.Max(1, length),
            Format = Id,
            Variant = kind?.Variant,
            Verdict = Verdict.Unchecked,
            Confidence = kind is null ? Confidence.Guess : Confidence.Likely,
            Facts = Facts(bytes[..length], kind),
        };
        if (ErasedFlash.Is(bytes))
            return finding.With(ErasedFlash.Flaw(FlawCode.Erased, bytes, input.At));
        return finding;
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    private static ImmutableArray<Fact> Facts(ReadOnlySpan<byte> code, BootLoaderKind? kind)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        if (kind is { Version.Length: > 0 })
            facts.Add(Fact.Text(FactName.Version, kind.Value.Version));
        if (kind is { Date.Length: > 0 })
            facts.Add(Fact.Text("date", kind.Value.Date));
        MacAddress mac = MacPlaces.At(code, TpLinkMac);
        if (MacPlaces.Usable(mac) && MacPlaces.Credible(code, TpLinkMac, default))
            facts.Add(new UnitMacs { { TpLinkMac, mac } }.AsFact());
        return facts.DrainToImmutable();
    }

    /// <summary>
    /// A boundary of 64 KiB ends it when the block behind it is blank, or when the bytes before it are blank and those behind it are not:
    /// a partition that is not full, and the next one. What is kept at the end of a partition (MAC addresses) so stays with it. Blank bytes
    /// at its end are left to the padding. Without a boundary within 1 MiB a longer file counts as 256 KiB, the usual size.
    /// </summary>
    private static int Extent(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.Length <= Largest ? bytes.Length : Unbounded;
        for (int at = Block; at < Math.Min(bytes.Length, Largest); at += Block)
        {
            ReadOnlySpan<byte> next = bytes[at..Math.Min(at + Block, bytes.Length)];
            bool gap = ErasedFlash.Is(bytes[(at - Gap)..at]) && !ErasedFlash.Is(next[..Math.Min(Gap, next.Length)]);
            if (gap || ErasedFlash.Is(next))
            {
                end = at;
                break;
            }
        }
        int used = bytes[..end].LastIndexOfAnyExcept((byte)0xFF) + 1;
        return used == 0 ? bytes.Length : Math.Min(end, used + 15 & ~15);
    }

    /// <summary>
    /// Packed boot loaders show no text, but their first instruction is a jump over the exception vectors: on MIPS a branch ahead (to 0x400
    /// in the Ralink and Atheros SDKs, else with a NOP behind it), on ARM a branch with a load of the next vector behind it.
    /// </summary>
    private static bool BeginsWithJump(uint first, uint second) =>
        first == 0x1000_00FF || (first is > 0x1000_0000 and < 0x1000_1000 && second == 0) || (first >> 16 == 0xEA00 && second >> 12 == 0xE59FF);

    /// <summary>Not text, not blank: the first bytes of a program.</summary>
    private static bool LooksLikeCode(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> start = bytes[..Smallest];
        return !ErasedFlash.Is(start) && start.IndexOfAnyExceptInRange((byte)'\t', (byte)'~') >= 0;
    }
}
