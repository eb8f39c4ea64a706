using System.Collections.Immutable;

namespace Unbrick.Formats.Kernel;

/// <summary>
/// Flattened device tree: what a kernel is told about its board. It has no checksum, but so much structure that damage in it shows; its
/// <c>compatible</c> and <c>model</c> name the board that an image was made for.
/// </summary>
public sealed class Dtb : IFirmwareFormat
{
    /// <summary>Of six agreements that a header has (<see cref="DeviceTreeHeader.Agreements"/>), those that a damaged one must have.</summary>
    private const int Surely = 5;

    public string Id => "dtb";

    public string Title => "Flattened device tree (DTB)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("D0 0D FE ED")];

    public Finding? Read(in FormatInput input)
    {
        if (!DeviceTreeHeader.TryRead(input.Bytes, out DeviceTreeHeader header))
            return input.Claimed ? Broken(input) : null;
        int agreements = header.Agreements(input.Bytes);
        bool magic = header.Magic == DeviceTreeHeader.UsualMagic;
        // A wrong place of the structure costs two of them; a length that is the file's makes up for it.
        int surely = input.AtStart && header.TotalSize == input.Length ? Surely - 1 : Surely;
        if (!input.Claimed && (magic ? agreements < surely : !input.AtStart || agreements < Surely + 1 || header.TotalSize > input.Length))
            return null;
        DeviceTree tree = DeviceTree.Read(input.Image[input.At..input.End], header);
        if (!input.Claimed && ((!magic && tree.Broken is not null) || tree.Child(DeviceTree.Root, "images"u8) != DeviceTree.None))
            return null;

        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(header.TotalSize, 1, input.Length),
            Format = Id,
            Confidence = agreements > Surely || (magic && tree.Broken is null) ? Confidence.Certain : Confidence.Likely,
            Facts = Facts(tree, header),
        }.With(Flaws(input, tree, header));
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        if (finding[FactName.Compatible] is not ImmutableArray<string> compatible)
            return [];
        // Only names of the same kind: a Netgear board id is no "vendor,board".
        string[] boards = [.. expected.Boards.Where(board => board.Contains(',', StringComparison.Ordinal))];
        if (boards.Length == 0 || compatible.Intersect(boards).Any())
            return [];
        return [new Flaw(FlawCode.WrongBoard,
            $"made for {string.Join(", ", compatible)}, the device is {string.Join(", ", boards)}", finding.Offset)];
    }

    /// <summary>What is wrong with header and structure, as the boot loader would meet it. Shared with FIT images, which are trees.</summary>
    internal static ImmutableArray<Flaw> Flaws(in FormatInput input, DeviceTree tree, in DeviceTreeHeader header)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (header.Magic != DeviceTreeHeader.UsualMagic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{header.Magic:x8}, not 0x{DeviceTreeHeader.UsualMagic:x8}", input.At));
        if (header.TotalSize > input.Length)
            flaws.Add(Flaw.Truncated(header.TotalSize, input.Length));
        if (!header.VersionFits)
            flaws.Add(new Flaw(FlawCode.Version,
                $"version {header.Version}, compatible to {header.OldestVersion}; 17 and 16 are usual", input.At + 0x14));
        if (!header.StructFits || !header.StringsFit)
        {
            flaws.Add(new Flaw(
                FlawCode.OffsetRange,
                $"structure 0x{header.StructAt:x}+0x{header.StructSize:x} or strings 0x{header.StringsAt:x}+0x{header.StringsSize:x} beyond 0x{header.TotalSize:x}",
                input.At + 8));
        }
        else if (tree.Broken is string why)
        {
            flaws.Add(new Flaw(FlawCode.Structure, why, input.At + tree.BrokenAt));
        }
        return flaws.DrainToImmutable();
    }

    private static ImmutableArray<Fact> Facts(DeviceTree tree, in DeviceTreeHeader header)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(Fact.Number("totalsize", header.TotalSize));
        facts.Add(Fact.Number("dtb_version", header.Version));
        facts.AddRange(Identity(tree));
        return facts.DrainToImmutable();
    }

    /// <summary>Model and compatible strings, where a tree has them.</summary>
    internal static ImmutableArray<Fact> Identity(DeviceTree tree)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        if (tree.Text(DeviceTree.Root, "model"u8) is string model)
            facts.Add(Fact.Text(FactName.Model, model));
        if (tree.Texts(DeviceTree.Root, "compatible"u8) is { IsEmpty: false } compatible)
            facts.Add(Fact.List(FactName.Compatible, compatible));
        return facts.DrainToImmutable();
    }

    private Finding Broken(in FormatInput input) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = Id,
        Confidence = Confidence.Guess,
    }.With(Flaw.Truncated(DeviceTreeHeader.Size, input.Length));
}
