using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Files;

/// <summary>A firmware file from the disk into memory: once, whole, and only if it is a file.</summary>
public static class ImageFile
{
    /// <summary>The largest chip that one clips or reads out is a 1 GiB NAND.</summary>
    public const long Largest = 1L << 30;

    /// <summary>All bytes of the file.</summary>
    /// <exception cref="UnbrickException">It is not there, no file, empty, too large, or not to be read.</exception>
    public static byte[] Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            if (Directory.Exists(path))
                throw Unreadable(path, "it is a folder");
            FileInfo file = new(path);
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                file = target;
            // Pipes and devices have no length either. They are not even opened: a pipe would wait for a writer for ever.
            if (file.Length == 0)
                throw file.FullName.StartsWith("/dev/", StringComparison.Ordinal) ? Unreadable(path, "it is a device, not a file") : Empty(path);
            if (file.Length > Largest)
                throw TooLarge(path, file.Length);
            return ReadAll(path, file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Stop(ProblemCode.ImageMissing, ExitCode.NotFound, $"{Path.GetFullPath(path)}: no such file", ("path", path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e.Message);
        }
    }

    private static byte[] ReadAll(string path, FileInfo file)
    {
        using FileStream stream = new(file.FullName, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)file.Length);
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read == 0)
            throw Empty(path);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    private static UnbrickException Empty(string path) =>
        Stop(ProblemCode.ImageEmpty, ExitCode.BadImage, $"{path}: 0 bytes", ("path", path));

    private static UnbrickException TooLarge(string path, long length) => Stop(
        ProblemCode.FileTooLarge, ExitCode.BadImage, $"{path}: {ByteText.Exact(length)}",
        ("path", path), ("size", ByteText.Short(length)), ("limit", ByteText.Short(Largest)));

    private static UnbrickException Unreadable(string path, string reason) =>
        Stop(ProblemCode.ImageUnreadable, ExitCode.NotFound, $"{path}: {reason}", ("path", path), ("reason", reason));

    private static UnbrickException Stop(string code, int exit, string seen, params ReadOnlySpan<(string, string)> values) =>
        new(ProblemCatalogue.Create(code, [seen], values), exit);
}
