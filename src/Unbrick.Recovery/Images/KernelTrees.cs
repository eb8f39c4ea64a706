using Unbrick.Formats;
using Unbrick.Formats.Kernel;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Device trees in packed kernels: OpenWrt appends the board's tree to the kernel before it packs both (<c>append-dtb | lzma</c>,
/// openwrt include/image-commands.mk), so that the board's name is in the image, but not to be seen.
/// </summary>
internal static class KernelTrees
{
    /// <summary>Kernels of routers have 4 to 20 MiB.</summary>
    private const int MostPlain = 24 << 20;

    /// <summary>A dump has two kernels at most; what else is packed in it is not worth the time.</summary>
    private const int MostStreams = 4;

    /// <summary>The trees, each at the place of the stream that it lies in.</summary>
    public static IEnumerable<Finding> Of(CheckedImage image)
    {
        ReadBudget budget = new(2L * MostPlain);
        foreach (Finding stream in image.All().Where(f => f.Format == "comp" && f.Verdict != Verdict.Bad).Take(MostStreams))
        {
            int end = (int)Math.Min((long)stream.Offset + stream.Length, image.Bytes.Length);
            if (stream.Offset >= end)
                continue;
            foreach (Finding tree in PackedTrees.In(new FormatInput(image.Bytes, stream.Offset, end, budget), MostPlain))
                yield return tree with { Offset = stream.Offset };
        }
    }
}
