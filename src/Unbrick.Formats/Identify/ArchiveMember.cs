namespace Unbrick.Formats.Identify;

/// <summary>A file in an archive.</summary>
/// <param name="Name">Path in the archive.</param>
/// <param name="Length">Plain bytes, as announced.</param>
/// <param name="Read">Gives the plain bytes, or null when they are more than allowed.</param>
internal sealed record ArchiveMember(string Name, long Length, Func<byte[]?> Read)
{
    private const int MostTried = 8;

    private static readonly string[] s_papers = [".pdf", ".txt", ".doc", ".docx", ".html", ".htm", ".md", ".rtf", ".jpg", ".png", ".url", ".exe", ".md5", ".sha256"];

    /// <summary>Leads out of the folder that it would be unpacked in: absolute, with a drive, or upwards.</summary>
    public bool IsUnsafe => Name.StartsWith('/') || Name.StartsWith('\\') || Name.Contains(':', StringComparison.Ordinal)
        || Name.Split('/', '\\').Contains("..");

    /// <summary>
    /// The one that is the firmware: known to a format before unknown, then the largest. Papers and checksums beside it are left aside,
    /// and at most a handful of the largest are tried.
    /// </summary>
    public static PackedFile Choose(string kind, IReadOnlyList<ArchiveMember> members, long packedLength, Opening opening)
    {
        if (members.FirstOrDefault(member => member.IsUnsafe) is ArchiveMember bad)
        {
            string shown = Core.Text.SafeText.Show(bad.Name);
            return new PackedFile { Kind = kind, Flaws = [new Flaw(FlawCode.UnsafeName, $"{shown} leads out of its folder")] };
        }
        Identification? best = null;
        IEnumerable<ArchiveMember> likely = members
            .Where(member => member.Length > 0 && !s_papers.Any(end => member.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase)))
            .OrderByDescending(member => member.Length);
        foreach (ArchiveMember member in likely.Take(MostTried))
        {
            if (member.Read() is not byte[] plain)
                return new PackedFile { Kind = kind, Flaws = [PlainBytes.Bomb(packedLength)] };
            Identification found = Identification.Of(member.Name, plain, opening);
            if (best is null || best.Main is null && found.Main is not null)
                best = found;
        }
        return new PackedFile { Kind = kind, Firmware = best?.Main is null ? null : best };
    }
}
