namespace Unbrick.Recovery.Serve;

/// <summary>
/// Where a path really leads. .NET resolves the last part of a path only; a link that goes through another link would look as if it stayed
/// in its folder.
/// </summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows (path_resolution(7), MAXSYMLINKS).</summary>
    private const int MostLinks = 40;

    /// <summary>The path without any link in it. Throws <see cref="IOException"/> when links lead round in a circle.</summary>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path), real = Path.GetPathRoot(full)!;
        Stack<string> left = Parts(full[real.Length..]);
        for (int links = 0; left.TryPop(out string? part);)
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }
            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not string target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks)
                throw new IOException($"too many links on the way to {path}");
            string from = Path.GetPathRoot(target) ?? "";
            if (from.Length > 0)
                real = Path.GetFullPath(from, real);
            // Part by part, not by Path.GetFullPath: where ".." leads depends on where the link before it really is.
            foreach (string again in Parts(target[from.Length..]).Reverse())
                left.Push(again);
        }
        return Path.TrimEndingDirectorySeparator(real);
    }

    private static Stack<string> Parts(string path) => new(path
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != ".").Reverse());
}
