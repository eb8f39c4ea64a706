namespace Unbrick.Recovery.Spi;

/// <summary>A dump from the user's own files.</summary>
/// <param name="Name">Of the file.</param>
/// <param name="Bytes">Its content.</param>
public sealed record GivenBackup(string Name, ReadOnlyMemory<byte> Bytes);
