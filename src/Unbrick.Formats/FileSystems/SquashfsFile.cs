namespace Unbrick.Formats.FileSystems;

/// <summary>One entry of a squashfs: its path from the root, what it is, its length.</summary>
/// <param name="Path"><c>/etc/openwrt_release</c>; safe to show.</param>
/// <param name="Kind">1 directory, 2 file, 3 symbolic link, 4 to 7 devices, pipes and sockets.</param>
/// <param name="Size">Bytes of a file.</param>
/// <param name="Inode">Where its inode stands.</param>
public sealed record SquashfsFile(string Path, int Kind, long Size, ulong Inode);
