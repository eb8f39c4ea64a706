using System.Text;

namespace Unbrick.Recovery.Images;

/// <summary>
/// TP-Link's SafeLoader keeps the list of boards that a firmware is for in the flash, too (openwrt/firmware-utils src/tplink-safeloader.c):
/// the list that lies where this model has it names this model.
/// </summary>
internal static class SafeloaderEvidence
{
    private const string Part = "support-list";

    /// <summary>A list is text at its place; after OpenWrt's recovery, or where its partition grew, there may be none.</summary>
    private const double Named = 7, OthersNamed = -4, NoList = -0.5;

    public static void Weigh(Scored score, DumpPlaces dump)
    {
        if (score.Device.Safeloader is not { } board || board.Parts.FirstOrDefault(p => p.Name == Part) is not { } part)
            return;
        if (part.Offset >= dump.Length)
            return;
        ReadOnlySpan<byte> list = dump.Image.Bytes.Span.Slice((int)part.Offset, (int)Math.Min(Math.Max(part.Size, 0), dump.Length - part.Offset));
        if (list.IndexOf("SupportList:"u8) is not (>= 0 and < 0x20))
        {
            score.Add(NoList);
            return;
        }
        foreach (string id in board.SupportIds)
        {
            if (list.IndexOf(Encoding.ASCII.GetBytes(id)) < 0)
                continue;
            score.Add(Named, $"support list at 0x{part.Offset:x} has {id}");
            return;
        }
        score.Add(OthersNamed);
    }
}
