using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

/// <summary>Flash that nobody wrote to (FF), or that a read without contact gave (00, too).</summary>
internal static class ErasedFlash
{
    public static bool Is(ReadOnlySpan<byte> bytes) => bytes.IsAll(0xFF) || bytes.IsAll(0);

    public static Flaw Flaw(string code, ReadOnlySpan<byte> bytes, int at) =>
        new(code, bytes.IsEmpty ? "nothing is there" : $"all {bytes.Length:N0} bytes are 0x{bytes[0]:x2}", at);
}
