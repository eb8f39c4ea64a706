using System.Collections.Immutable;
using Unbrick.Core.Text;

namespace Unbrick.Formats.Kernel;

/// <summary>
/// U-Boot's flattened image tree: a device tree whose /images hold (or point to) kernel, device tree and root file system, each with hashes
/// of its own, and whose /configurations say what boots together. U-Boot refuses an image whose hash is wrong ("Bad hash value").
/// </summary>
public sealed class Fit : IFormatWriter
{
    /// <summary>Images that are looked at; boards with a device tree for each revision have some forty.</summary>
    private const int MostImages = 256;

    private static readonly byte[][] s_references =
        ["kernel"u8.ToArray(), "fdt"u8.ToArray(), "ramdisk"u8.ToArray(), "firmware"u8.ToArray(), "loadables"u8.ToArray(), "standalone"u8.ToArray()];

    public string Id => "fit";

    public string Title => "U-Boot flattened image tree (FIT)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("D0 0D FE ED")];

    public Finding? Read(in FormatInput input)
    {
        if (!TryTree(input, out DeviceTreeHeader header, out DeviceTree? tree))
            return input.Claimed ? Broken(input, Flaw.Truncated(DeviceTreeHeader.Size, input.Length)) : null;
        int images = tree.Child(DeviceTree.Root, "images"u8);
        bool magic = header.Magic == DeviceTreeHeader.UsualMagic;
        if (!input.Claimed && (images == DeviceTree.None || header.Agreements(input.Bytes) < (magic ? 5 : 6) || (!magic && !input.AtStart)))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        flaws.AddRange(Dtb.Flaws(input, tree, header));
        if (images == DeviceTree.None && flaws.Count == 0)
            flaws.Add(new Flaw(FlawCode.Structure, "the tree has no /images", input.At));
        List<FitImage> found = Images(tree, images, header);
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        long end = header.TotalSize;
        long hashable = (16L * input.Length) + (1 << 20);
        bool proven = false;
        foreach (FitImage image in found)
        {
            end = Math.Max(end, image.End);
            bool whole = image.End <= input.Length;
            if (!whole && header.TotalSize <= input.Length)
                flaws.Add(new Flaw(FlawCode.Truncated, $"image {image.Name} ends at {image.End:N0}, {input.Length:N0} bytes are there", input.At));
            bool fits = whole && HashesFit(input, tree, image, ref hashable, flaws);
            proven |= fits;
            int length = (int)Math.Clamp(input.Length - image.At, 0, image.Length);
            if (length > 0)
                parts.Add(new Part(image.Name, input.At + (int)image.At, length, fits));
        }
        CheckConfigurations(input, tree, images, flaws);
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(end, 1, input.Length),
            Format = Id,
            Variant = found.Exists(image => image.At >= header.TotalSize) ? "external" : null,
            Verdict = proven ? Verdict.Ok : Verdict.Unchecked,
            Facts = FitFacts.Of(input, tree, header, found),
            Parts = parts.DrainToImmutable(),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (expected.Arch is string arch && finding[FactName.Arch] is string has && has != arch)
            flaws.Add(new Flaw(FlawCode.WrongArch, $"made for {has}, the device has {arch}", finding.Offset));
        flaws.AddRange(PartitionFit.Whole(finding, expected));
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        if (!TryTree(input, out DeviceTreeHeader header, out DeviceTree? tree) || tree.Broken is not null || header.TotalSize > input.Length)
            return null;
        List<FitImage> images = Images(tree, tree.Child(DeviceTree.Root, "images"u8), header);
        long end = Math.Max(header.TotalSize, images.Select(image => image.End).DefaultIfEmpty().Max());
        if (end > input.Length)
            return null;
        byte[] written = input.Bytes[..(int)end].ToArray();
        long hashable = (16L * input.Length) + (1 << 20);
        foreach (FitImage image in images)
        {
            foreach (int hash in FitImage.Hashes(tree, image.Node))
            {
                hashable -= image.Length;
                if (hashable < 0)
                    return null;
                byte[]? value = FitImage.Hash(tree.Text(hash, "algo"u8) ?? "", written.AsSpan((int)image.At, (int)image.Length));
                if (value is not null && tree.TryValue(hash, "value"u8, out int at, out int length) && length == value.Length)
                    value.CopyTo(written, at);
            }
        }
        return written;
    }

    private static bool TryTree(in FormatInput input, out DeviceTreeHeader header,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DeviceTree? tree)
    {
        tree = null;
        if (!DeviceTreeHeader.TryRead(input.Bytes, out header))
            return false;
        if (!input.Claimed && header.Agreements(input.Bytes) < 5)
            return false;
        tree = DeviceTree.Read(input.Image[input.At..input.End], header);
        return true;
    }

    private static List<FitImage> Images(DeviceTree tree, int images, in DeviceTreeHeader header)
    {
        List<FitImage> found = [];
        if (images == DeviceTree.None)
            return found;
        foreach (int node in tree.Children(images).Take(MostImages))
        {
            if (FitImage.Read(tree, node, header) is FitImage image)
                found.Add(image);
        }
        return found;
    }

    /// <summary>True when the image has a hash that could be computed and all of those are right.</summary>
    private static bool HashesFit(in FormatInput input, DeviceTree tree, FitImage image, ref long hashable, ImmutableArray<Flaw>.Builder flaws)
    {
        bool fits = true;
        bool any = false;
        foreach (int hash in FitImage.Hashes(tree, image.Node))
        {
            // Thousands of hashes over the same bytes are no image; a file may not cost more than a multiple of its length.
            hashable -= image.Length;
            if (hashable < 0)
            {
                flaws.Add(new Flaw(FlawCode.Overlap, "the images and their hashes cover the file more than 16 times", input.At));
                return false;
            }
            string algorithm = tree.Text(hash, "algo"u8) ?? "";
            if (FitImage.Hash(algorithm, input.Bytes.Slice((int)image.At, (int)image.Length)) is not byte[] computed)
                continue;
            any = true;
            if (tree.Value(hash, "value"u8).SequenceEqual(computed))
                continue;
            fits = false;
            string stored = Convert.ToHexStringLower(tree.Value(hash, "value"u8)[..Math.Min(8, tree.Value(hash, "value"u8).Length)]);
            flaws.Add(new Flaw(
                FlawCode.HashMismatch,
                $"{algorithm} of image {image.Name} begins with {stored}, the bytes give {Convert.ToHexStringLower(computed.AsSpan(0, Math.Min(8, computed.Length)))}",
                input.At + (int)image.At));
        }
        return any && fits;
    }

    /// <summary>The default exists, and the images that it names do: U-Boot boots nothing otherwise.</summary>
    private static void CheckConfigurations(in FormatInput input, DeviceTree tree, int images, ImmutableArray<Flaw>.Builder flaws)
    {
        int configurations = tree.Child(DeviceTree.Root, "configurations"u8);
        if (tree.Broken is not null || configurations == DeviceTree.None || images == DeviceTree.None)
            return;
        ReadOnlySpan<byte> name = tree.RawText(configurations, "default"u8);
        int configuration = name.IsEmpty ? DeviceTree.None : tree.Child(configurations, name);
        if (configuration == DeviceTree.None)
        {
            flaws.Add(new Flaw(FlawCode.ConfigMissing, $"the default configuration \"{SafeText.Show(name)}\" is not there", input.At));
            return;
        }
        foreach (byte[] reference in s_references)
        {
            ReadOnlySpan<byte> named = tree.RawText(configuration, reference);
            if (!named.IsEmpty && tree.Child(images, named) == DeviceTree.None)
                flaws.Add(new Flaw(FlawCode.MissingMember,
                    $"the default configuration names image \"{SafeText.Show(named)}\", which is not there", input.At));
        }
    }

    private Finding Broken(in FormatInput input, Flaw flaw) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = Id,
        Confidence = Confidence.Guess,
    }.With(flaw);
}
