using System.Buffers;
using System.Reflection;

namespace Unbrick.Recovery;

/// <summary>The files of <c>data/</c> inside this assembly, by their path with forward slashes.</summary>
internal static class EmbeddedData
{
    private static readonly Assembly s_assembly = typeof(EmbeddedData).Assembly;

    /// <summary>Paths that begin with <paramref name="folder"/>, in order.</summary>
    public static IEnumerable<string> List(string folder) =>
        s_assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>The bytes of a file; null when there is no such file.</summary>
    public static byte[]? Read(string path)
    {
        using Stream? stream = s_assembly.GetManifestResourceStream(path);
        if (stream is null)
            return null;
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)stream.Length);
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The same without a copy, where the assembly itself is mapped into memory; for what is large and read here and there.</summary>
    public static unsafe ReadOnlyMemory<byte>? InPlace(string path)
    {
        using Stream? stream = s_assembly.GetManifestResourceStream(path);
        if (stream is UnmanagedMemoryStream mapped)
            return new Mapped(mapped.PositionPointer, (int)mapped.Length).Memory;
        return Read(path) is byte[] bytes ? bytes : null;
    }

    /// <summary>Bytes of the assembly, which stays for as long as the process.</summary>
    private sealed unsafe class Mapped(byte* bytes, int length) : MemoryManager<byte>
    {
        private readonly byte* _bytes = bytes;

        public override Span<byte> GetSpan() => new(_bytes, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(_bytes + elementIndex);

        public override void Unpin()
        {
            // It never moves.
        }

        protected override void Dispose(bool disposing)
        {
            // It is the assembly's.
        }
    }
}
