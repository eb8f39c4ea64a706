using System.Buffers;
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
        int streams = 0;
        foreach (Finding tree in Of(image.Bytes, image.InPlace()))
            yield return tree;
        foreach (Volume volume in image.Volumes())
        {
            if (streams >= MostStreams || !CheckedImage.In(volume).Any(IsStream))
                continue;
            using IMemoryOwner<byte> pages = volume.Assemble(image.Bytes.Span, volume.Length);
            foreach (Finding tree in Of(pages.Memory[..volume.Length], CheckedImage.In(volume)))
                yield return tree;
        }

        IEnumerable<Finding> Of(ReadOnlyMemory<byte> bytes, IEnumerable<Finding> findings)
        {
            foreach (Finding stream in findings.Where(IsStream))
            {
                if (streams++ >= MostStreams)
                    yield break;
                int end = (int)Math.Min((long)stream.Offset + stream.Length, bytes.Length);
                if (stream.Offset >= end)
                    continue;
                foreach (Finding tree in PackedTrees.In(new FormatInput(bytes, stream.Offset, end, budget), MostPlain))
                    yield return tree with { Offset = stream.Offset };
            }
        }
    }

    private static bool IsStream(Finding finding) => finding.Format == "comp" && finding.Verdict != Verdict.Bad;
}
