using System.Collections.Immutable;

namespace Unbrick.Formats.Kernel;

/// <summary>What a FIT says about itself: the kernel of its default configuration, and the board of that configuration's device tree.</summary>
internal static class FitFacts
{
    public static ImmutableArray<Fact> Of(in FormatInput input, DeviceTree tree, in DeviceTreeHeader header, List<FitImage> images)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(Fact.Number("fdt_size", header.TotalSize));
        if (tree.Text(DeviceTree.Root, "description"u8) is string description)
            facts.Add(Fact.Text("description", description));
        if (tree.Number(DeviceTree.Root, "timestamp"u8) is ulong time and <= uint.MaxValue)
            facts.Add(Fact.Number("time", (long)time));
        facts.Add(Fact.List("images", [.. images.Select(image => image.Name)]));

        int configurations = tree.Child(DeviceTree.Root, "configurations"u8);
        int configuration = DeviceTree.None;
        if (configurations != DeviceTree.None)
        {
            facts.Add(Fact.List("configurations", [.. tree.Children(configurations).Take(images.Count + 64).Select(tree.Name)]));
            if (tree.Text(configurations, "default"u8) is string name)
                facts.Add(Fact.Text("default", name));
            configuration = tree.Child(configurations, tree.RawText(configurations, "default"u8));
        }
        facts.Add(Fact.Flag(FactName.Signed, Signed(tree, configurations, images)));
        FitImage? kernel = Named(tree, configuration, "kernel"u8, images) ?? OfType(tree, images, "kernel");
        if (kernel is not null)
            AddKernel(facts, tree, kernel);
        facts.AddRange(Board(input, tree, configuration, images));
        return facts.DrainToImmutable();
    }

    private static void AddKernel(ImmutableArray<Fact>.Builder facts, DeviceTree tree, FitImage kernel)
    {
        if (tree.Text(kernel.Node, "arch"u8) is string arch)
            facts.Add(Fact.Text(FactName.Arch, arch));
        if (tree.Text(kernel.Node, "os"u8) is string os)
            facts.Add(Fact.Text("os", os));
        if (tree.Text(kernel.Node, "compression"u8) is string compression)
            facts.Add(Fact.Text(FactName.Compression, compression));
        if (tree.Number(kernel.Node, "load"u8) is ulong load and <= long.MaxValue)
            facts.Add(Fact.Number(FactName.Load, (long)load));
        if (tree.Number(kernel.Node, "entry"u8) is ulong entry and <= long.MaxValue)
            facts.Add(Fact.Number(FactName.Entry, (long)entry));
    }

    /// <summary>From the device tree inside, when it is there and not packed; else what the configuration says it is for.</summary>
    private static ImmutableArray<Fact> Board(in FormatInput input, DeviceTree tree, int configuration, List<FitImage> images)
    {
        FitImage? inner = Named(tree, configuration, "fdt"u8, images) ?? OfType(tree, images, "flat_dt");
        if (inner is not null && inner.End <= input.Length)
        {
            ReadOnlyMemory<byte> bytes = input.Image.Slice(input.At + (int)inner.At, (int)inner.Length);
            if (DeviceTreeHeader.TryRead(bytes.Span, out DeviceTreeHeader header) && header.Magic == DeviceTreeHeader.UsualMagic)
            {
                ImmutableArray<Fact> identity = Dtb.Identity(DeviceTree.Read(bytes, header));
                if (!identity.IsEmpty)
                    return identity;
            }
        }
        if (configuration != DeviceTree.None && tree.Texts(configuration, "compatible"u8) is { IsEmpty: false } compatible)
            return [Fact.List(FactName.Compatible, compatible)];
        return [];
    }

    private static FitImage? Named(DeviceTree tree, int configuration, ReadOnlySpan<byte> reference, List<FitImage> images)
    {
        if (configuration == DeviceTree.None)
            return null;
        foreach (FitImage image in images)
        {
            if (tree.RawName(image.Node).SequenceEqual(tree.RawText(configuration, reference)))
                return image;
        }
        return null;
    }

    private static FitImage? OfType(DeviceTree tree, List<FitImage> images, string type) =>
        images.Find(image => tree.Text(image.Node, "type"u8) == type);

    private static bool Signed(DeviceTree tree, int configurations, List<FitImage> images)
    {
        IEnumerable<int> signable = images.Select(image => image.Node);
        if (configurations != DeviceTree.None)
            signable = signable.Concat(tree.Children(configurations));
        return signable.Any(node => tree.Children(node).Any(child => tree.RawName(child).StartsWith("signature"u8)));
    }
}
