using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>Serves one content under any name but "missing".</summary>
internal sealed class OneFileCatalog(ReadOnlyMemory<byte> content) : ITftpCatalog
{
    public TftpAnswer Find(TftpRequest request, IPEndPoint peer) => request.Name == "missing"
        ? new TftpAnswer.Refuse(TftpErrorCode.NotFound, "no such file here")
        : new TftpAnswer.Serve("f", content);

    /// <summary>Bytes that differ from block to block, the same on every run.</summary>
    public static byte[] Content(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
