using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Images;

/// <summary>Reads an image as a whole: no flash of these devices is larger than a gigabyte.</summary>
public static class ImageFile
{
    /// <summary>Largest file that is read.</summary>
    public const long MostBytes = 1 << 30;

    /// <summary>Its bytes; an <see cref="UnbrickException"/> says what is wrong with it.</summary>
    public static byte[] Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            if (Directory.Exists(path))
                throw Unreadable(path, "it is a folder");
            FileInfo file = new(path);
            if (!file.Exists)
                throw Stop(ProblemCode.ImageMissing, ExitCode.NotFound, ("path", path));
            // Pipes and devices say 0, too; opening a pipe would wait for its other end for ever.
            FileInfo real = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (real.Length == 0)
                throw Stop(ProblemCode.ImageEmpty, ExitCode.BadImage, ("path", path));
            if (real.Length > MostBytes)
                throw Unreadable(path, $"{real.Length:N0} bytes are more than any flash of these devices has (1 GiB)");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e.Message);
        }
    }

    private static UnbrickException Unreadable(string path, string reason) =>
        Stop(ProblemCode.ImageUnreadable, ExitCode.NotFound, ("path", path), ("reason", reason));

    private static UnbrickException Stop(string code, int exit, params ReadOnlySpan<(string, string)> values) =>
        new(ProblemCatalogue.Create(code, [], values), exit);
}
