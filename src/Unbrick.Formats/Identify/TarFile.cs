using System.Formats.Tar;

namespace Unbrick.Formats.Identify;

/// <summary>A plain tar with a firmware file in it; the tar files that sysupgrade takes are a format of their own and stay closed here.</summary>
internal static class TarFile
{
    private const int MostMembers = 10_000, MagicAt = 257;

    public static PackedFile? Open(ReadOnlyMemory<byte> bytes, Opening opening)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        return span.Length < 1024 || !span[MagicAt..].StartsWith("ustar"u8) || span.StartsWith("sysupgrade-"u8) ? null : Read(bytes, opening);
    }

    // A method of its own, as ZipFile's.
    private static PackedFile? Read(ReadOnlyMemory<byte> bytes, Opening opening)
    {
        List<ArchiveMember> members = [];
        try
        {
            using TarReader reader = new(PackedFile.AsStream(bytes));
            while (members.Count < MostMembers && reader.GetNextEntry() is TarEntry entry)
            {
                if (entry.DataStream is not null && entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                    members.Add(new ArchiveMember(entry.Name, entry.Length, () => PlainBytes.Read(entry.DataStream!, bytes.Length, entry.Length)));
                else if (entry.Name.Contains("..", StringComparison.Ordinal))
                    members.Add(new ArchiveMember(entry.Name, 0, static () => []));
            }
            return ArchiveMember.Choose("tar", members, bytes.Length, opening);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException or ArgumentException or NotSupportedException)
        {
            return new PackedFile { Kind = "tar", Flaws = [new Flaw(FlawCode.Structure, "the tar file cannot be read to its end: download it again")] };
        }
    }
}
