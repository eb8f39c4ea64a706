using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Recovery.Serve;

/// <summary>Gives nothing out: the server is there for what a device sends.</summary>
internal sealed class EmptyCatalog : ITftpCatalog
{
    public TftpAnswer Find(TftpRequest request, IPEndPoint peer) => new TftpAnswer.Refuse(TftpErrorCode.NotFound, "this server only takes files");
}
