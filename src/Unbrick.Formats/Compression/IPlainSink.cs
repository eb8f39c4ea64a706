namespace Unbrick.Formats.Compression;

/// <summary>Takes plain bytes in their order, in pieces.</summary>
internal interface IPlainSink
{
    void Take(ReadOnlySpan<byte> plain);
}
