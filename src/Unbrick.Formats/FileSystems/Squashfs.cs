using System.Collections.Immutable;

namespace Unbrick.Formats.FileSystems;

/// <summary>
/// squashfs of version 4, and older ones as far as their extent. There is no checksum, but its tables are packed: each block that unpacks to
/// what it must is a proof for that part. A kernel mounts none with a spoilt superblock, and stops at files behind a spoilt table. The blocks
/// of the files are unpacked, too, when the budget says so (<see cref="ReadBudget.Provable"/>).
/// </summary>
public sealed class Squashfs : IFirmwareFormat
{
    public string Id => "squashfs";

    public string Title => "squashfs file system";

    public ImmutableArray<BytePattern> Patterns { get; } =
    [
        BytePattern.Text("hsqs"), BytePattern.Text("sqsh"), BytePattern.Text("hsqt"), BytePattern.Text("tqsh"), BytePattern.Text("qshs"),
        BytePattern.Text("sqlz"), BytePattern.Text("shsq"),
    ];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!SquashfsSuperblock.TryRead(bytes, out SquashfsSuperblock super))
            return input.Claimed ? Broken(input, Flaw.Truncated(SquashfsSuperblock.Size, bytes.Length)) : null;
        if (super.Agreements < 4 && SquashfsOld.Read(input) is Finding old)
            return old;
        bool magic = super.Variant != "";
        if (!input.Claimed && super.Agreements < (magic ? 4 : 6))
            return null;
        if (!input.Claimed && !magic && (!input.AtStart || super.BytesUsed > (ulong)bytes.Length))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        CheckSuperblock(input, super, magic, flaws);
        SquashfsReader? reader = super is { VersionFits: true, TablesFit: true, BlockFits: true, CompressionFits: true }
            && super.BytesUsed <= (ulong)bytes.Length
            ? SquashfsReader.Open(input.Image[input.At..input.End], super, input.Budget)
            : null;
        if (reader?.Broken is string why)
            flaws.Add(new Flaw(FlawCode.MetadataBlock, $"a block of the tables does not unpack: {why}", input.At + (int)reader.BrokenAt));
        SquashfsProof? proof = null;
        if (input.Budget.Provable > 0 && !input.Proven && reader is { Unread: false, Broken: null })
        {
            proof = SquashfsProof.Of(input, super, reader);
            flaws.AddRange(proof.Flaws);
        }
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(super.BytesUsed, 1, (ulong)bytes.Length),
            Format = Id,
            Variant = super.Variant is { Length: > 0 } variant ? variant : null,
            Verdict = reader is { Unread: false } ? Verdict.Ok : Verdict.Unchecked,
            Confidence = super.Agreements == 6 ? Confidence.Certain : Confidence.Likely,
            Facts = SquashfsFacts.Of(super, reader, proof),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    private static void CheckSuperblock(in FormatInput input, in SquashfsSuperblock super, bool magic, ImmutableArray<Flaw>.Builder flaws)
    {
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{super.Magic:x8}, not 0x{SquashfsSuperblock.UsualMagic:x8}", input.At));
        if (!super.VersionFits)
            flaws.Add(new Flaw(FlawCode.Version, $"version {super.Major}.{super.Minor}, with the superblock of 4.0", input.At + 0x1C));
        if (!super.BlockFits)
            flaws.Add(new Flaw(FlawCode.Superblock, $"block size {super.BlockSize:N0} is not 2 to the power of {super.BlockLog}", input.At + 0xC));
        if (!super.CompressionFits)
            flaws.Add(new Flaw(FlawCode.Superblock, $"compression {super.Compression} is none", input.At + 0x14));
        if (super.BytesUsed > (ulong)input.Length)
            flaws.Add(Flaw.Truncated((long)Math.Min(super.BytesUsed, long.MaxValue), input.Length));
        else if (!super.TablesFit)
            flaws.Add(new Flaw(FlawCode.OffsetRange,
                $"a table lies outside of the {super.BytesUsed:N0} bytes in use, or before another", input.At + 0x30));
    }

    private Finding Broken(in FormatInput input, Flaw flaw) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = Id,
        Confidence = Confidence.Guess,
    }.With(flaw);
}
