using System.Buffers.Binary;
using Unbrick.Formats.Vendors;

namespace Unbrick.Formats.Recipes;

/// <summary>What the vendor's recovery writes of a factory image.</summary>
internal static class ContainerContent
{
    /// <summary>The content, or null where this format has none that is written as it is.</summary>
    public static byte[]? Of(byte[] image, Finding found)
    {
        if (found.Verdict == Verdict.Bad || found.Parts.IsEmpty)
            return null;
        switch (found.Format)
        {
            case "netgear-chk" or "netgear-dni":
                return image[found.Parts[0].Offset..(found.Parts[^1].Offset + found.Parts[^1].Length)];
            // The entity stays around its image: the boot loader looks for it in the flash. Only the seal around it is not written.
            case "seama" when SeamaEntity.TryRead(image, out SeamaEntity seal) && seal.ImageLength == 0 && found.Parts.Length == 1
                && BinaryPrimitives.ReadUInt32BigEndian(image.AsSpan(seal.ImageAt)) == SeamaEntity.UsualMagic:
                return image[seal.ImageAt..(found.Parts[0].Offset + found.Parts[0].Length)];
            default:
                return null;
        }
    }
}
