using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Writes a made file so that its name never stands for half of it: beside its final name with <c>.part</c> added, flushed to the disk, renamed.
/// Never over an input, over another file only when told so; what fails or is interrupted leaves nothing.
/// </summary>
/// <param name="path">Where.</param>
/// <param name="inputs">Files that are read for it.</param>
/// <param name="force">An existing file may go.</param>
public sealed class OutputFile(string path, IReadOnlyList<string> inputs, bool force)
{
    private const int Piece = 1 << 20;

    private string Part => path + ".part";

    /// <summary>Refuses early, before any work: the name is taken, or one of the inputs'.</summary>
    public void Check()
    {
        string real = Real(path);
        foreach (string input in inputs)
        {
            if (SamePath(Real(input), real))
                throw Refused(ProblemCode.OutputIsInput);
        }
        if (Directory.Exists(path) || (File.Exists(path) && !force))
            throw Refused(ProblemCode.OutputExists);
    }

    /// <summary>Writes it.</summary>
    public void Write(ReadOnlySpan<byte> content, CancellationToken ct)
    {
        using MemoryStream none = new();
        Write(none, content, ct);
    }

    /// <summary>Writes all of a stream, from where it stands.</summary>
    public void Write(Stream content, CancellationToken ct) => Write(content, [], ct);

    private void Write(Stream first, ReadOnlySpan<byte> content, CancellationToken ct)
    {
        Check();
        bool done = false;
        try
        {
            using (FileStream stream = new(Part, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                byte[] piece = first.Length == 0 ? [] : new byte[Piece];
                for (int count; (count = first.Read(piece)) > 0;)
                {
                    ct.ThrowIfCancellationRequested();
                    stream.Write(piece, 0, count);
                }
                for (int at = 0; at < content.Length; at += Piece)
                {
                    ct.ThrowIfCancellationRequested();
                    stream.Write(content.Slice(at, Math.Min(Piece, content.Length - at)));
                }
                stream.Flush(flushToDisk: true);
            }
            ct.ThrowIfCancellationRequested();
            File.Move(Part, path, force);
            done = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.OutputFailed, [], ("path", path), ("reason", e.Message)), ExitCode.Failed, e);
        }
        finally
        {
            if (!done)
                Remove();
        }
    }

    private void Remove()
    {
        try
        {
            File.Delete(Part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // what could not be written there can not be removed either; the error that led here is told
        }
    }

    private UnbrickException Refused(string code) => new(ProblemCatalogue.Create(code, [], ("path", path)), ExitCode.Refused);

    private static string Real(string file)
    {
        string full = Path.GetFullPath(file);
        try
        {
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (IOException)
        {
            return full;
        }
    }

    private static bool SamePath(string a, string b) =>
        string.Equals(a, b, OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
}
