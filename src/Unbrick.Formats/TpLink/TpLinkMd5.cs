using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.TpLink;

/// <summary>What the MD5 of a TP-Link header says about the image behind it.</summary>
/// <param name="End">Where the stretch ends that the MD5 fits, or where the image probably ends when it fits none.</param>
/// <param name="Fits">The MD5 is right.</param>
/// <param name="Flaws">Why not.</param>
internal readonly record struct TpLinkMd5(int End, bool Fits, ImmutableArray<Flaw> Flaws)
{
    /// <param name="input">The image.</param>
    /// <param name="layout">What the header says.</param>
    /// <param name="at">Where the MD5 stands.</param>
    /// <param name="salt">What counts in its place.</param>
    /// <param name="versions">Header versions to try in place of the first word; the one that stands there when it is a known one.</param>
    public static TpLinkMd5 Check(in FormatInput input, in TpLinkLayout layout, int at, ReadOnlySpan<byte> salt, ReadOnlySpan<uint> versions)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        long end = Math.Max(layout.End, TpLinkLayout.HeaderSize);
        if (end > bytes.Length)
        {
            string covered = $"the MD5 covers bytes that are not there: {bytes.Length:N0} of at least {end:N0}";
            return new(bytes.Length, false, [Flaw.Truncated(end, bytes.Length), new Flaw(FlawCode.Md5OrTruncated, covered, input.At + at)]);
        }
        // In flash the boot loader does not look at the MD5, and the settings that OpenWrt keeps behind its root file system change it.
        if (!input.AtStart && !input.Claimed)
            return new((int)end, false, []);
        // Images of a kernel alone have none.
        if (bytes.Slice(at, SaltedMd5.Size).IsAll(0))
            return new(AppendedMetadata.Start(bytes), false, []);
        byte[] start = bytes[..at].ToArray();
        ReadOnlySpan<int> ends = layout.Ends(bytes);
        foreach (uint version in versions)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(start, version);
            int fitting = SaltedMd5.FittingEnd(bytes, start, salt, ends);
            if (fitting > 0)
                return new(fitting, true, []);
        }
        string seen = $"MD5 is {Convert.ToHexStringLower(bytes.Slice(at, SaltedMd5.Size))}, the bytes give "
            + Convert.ToHexStringLower(SaltedMd5.Of(bytes, at, salt));
        return new(Math.Max((int)end, AppendedMetadata.Start(bytes)), false, [new Flaw(FlawCode.Md5, seen, input.At + at)]);
    }

    /// <summary>The image as a finding, for headers of all versions; the flaws are added by whoever knows the header.</summary>
    public Finding Found(string id, int at, in TpLinkLayout layout, ImmutableArray<Fact> facts) => new()
    {
        Offset = at,
        Length = End,
        Format = id,
        Verdict = Fits ? Verdict.Ok : Verdict.Unchecked,
        Confidence = Fits ? Confidence.Certain : Confidence.Likely,
        Facts = facts,
        Parts = [.. layout.Parts(at, End, Fits)],
    };
}
