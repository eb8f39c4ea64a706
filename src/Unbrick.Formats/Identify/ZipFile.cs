using System.IO.Compression;

namespace Unbrick.Formats.Identify;

/// <summary>A vendor's zip: one firmware file among leaflets.</summary>
internal static class ZipFile
{
    private const int MostMembers = 10_000;

    public static PackedFile? Open(ReadOnlyMemory<byte> bytes, Opening opening) =>
        bytes.Span.StartsWith("PK\u0003\u0004"u8) ? Read(bytes, opening) : null;

    // A method of its own: most files are no archive, and need not have the library loaded.
    private static PackedFile? Read(ReadOnlyMemory<byte> bytes, Opening opening)
    {
        try
        {
            using ZipArchive archive = new(PackedFile.AsStream(bytes), ZipArchiveMode.Read);
            if (archive.Entries.Count > MostMembers)
                return new PackedFile { Kind = "zip", Flaws = [new Flaw(FlawCode.Bomb, $"{archive.Entries.Count:N0} files are in it")] };
            return ArchiveMember.Choose("zip", [.. archive.Entries.Select(entry => Member(entry, bytes.Length))], bytes.Length, opening);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException or EndOfStreamException)
        {
            return new PackedFile { Kind = "zip", Flaws = [new Flaw(FlawCode.Structure, "the zip file cannot be read to its end: download it again")] };
        }
    }

    private static ArchiveMember Member(ZipArchiveEntry entry, long packedLength) => new(entry.FullName, entry.Length, () =>
    {
        using Stream plain = entry.Open();
        return PlainBytes.Read(plain, packedLength, entry.Length);
    });
}
