using System.Security.Cryptography;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>
/// Reads memory, or flash that is mapped into it, into a file: over the network where there is one of ours and the loader can, else through its
/// console. What is proven stays proven over a restart.
/// </summary>
/// <param name="address">Where.</param>
/// <param name="length">Bytes.</param>
/// <param name="path">The file.</param>
/// <param name="resume">Goes on with the unfinished file of an earlier run.</param>
public sealed class DumpStep(long address, long length, string path, bool resume = false) : ILoaderStep
{
    private readonly string _part = path + ".part";
    private long? _done;
    private StepProof? _proof;

    /// <inheritdoc/>
    public string Do => "dump";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (_proof is not null)
            return _proof; // before a restart
        MemoryReader reader = new(session.Shell);
        if (session.Bench.Network is { } network && length <= Array.MaxLength
            && new SentMemory(session, reader, network).Take(address, length, ct) is { } sent)
        {
            File.WriteAllBytes(_part, sent.Span);
            return Done(reader, SHA256.HashData(sent.Span), "sent by tftpput");
        }
        using FileStream file = new(_part, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        _done ??= Begin(session, reader, file);
        long began = session.Bench.Time.GetTimestamp(), first = _done.Value;
        for (long at = first; at < length; at = _done.Value)
        {
            int count = (int)Math.Min(MemoryReader.Piece, length - at);
            byte[] bytes = reader.Read((ulong)(address + at), count) ?? throw Unproven(at);
            file.Position = at;
            file.Write(bytes);
            file.Flush();
            _done = at + count;
            double seconds = session.Bench.Time.GetElapsedTime(began).TotalSeconds;
            session.Progress("read", _done.Value, length, (_done.Value - first) / Math.Max(seconds, 0.001));
        }
        file.SetLength(length);
        file.Position = 0;
        byte[] hash = SHA256.HashData(file);
        file.Dispose();
        return Done(reader, hash, reader.Repeated > 0 ? $"{reader.Repeated:N0} lines asked for again" : "");
    }

    private StepProof Done(MemoryReader reader, byte[] hash, string how)
    {
        File.Move(_part, path, overwrite: true);
        string more = how.Length > 0 ? ", " + how : "";
        return _proof = new StepProof(reader.Proof, $"{length:N0} bytes at 0x{address:x} in {path}, sha256 {Convert.ToHexStringLower(hash)}{more}", length);
    }

    /// <summary>How much of an unfinished file is still what the device holds.</summary>
    private long Begin(LoaderSession session, MemoryReader reader, FileStream file)
    {
        if (!resume)
        {
            file.SetLength(0);
            return 0;
        }
        long whole = Math.Min(file.Length, length) / MemoryReader.Piece * MemoryReader.Piece, done = 0;
        byte[] bytes = new byte[MemoryReader.Piece];
        for (; done < whole; done += bytes.Length)
        {
            file.ReadExactly(bytes);
            if (reader.Crc((ulong)(address + done), bytes.Length) != Formats.Bytes.Crc32.Zlib(bytes))
                break;
        }
        if (done > 0)
            session.Say("resume", $"{done:N0} bytes of {_part} are as on the device");
        return done;
    }

    private UnbrickException Unproven(long at) => new(
        ProblemCatalogue.Create(ProblemCode.LoaderUnproven, [$"at 0x{address + at:x}"], ("step", "reading"), ("what", "the checksum of what was read")), ExitCode.Failed);
}
