using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// One image under every name: with one device on one cable the name says nothing that the user did not say already. There is no file
/// system behind it.
/// </summary>
/// <param name="name">The image's name.</param>
/// <param name="content">Its bytes.</param>
/// <param name="objection">Why the image must not go out under an asked name (it belongs to another device); null when it may.</param>
public sealed class ImageCatalog(string name, ReadOnlyMemory<byte> content, Func<string, string?> objection) : ITftpCatalog
{
    /// <inheritdoc/>
    public TftpAnswer Find(TftpRequest request, IPEndPoint peer)
    {
        ArgumentNullException.ThrowIfNull(request);
        return objection(request.Name) is string reason
            ? new TftpAnswer.Refuse(TftpErrorCode.Access, reason)
            : new TftpAnswer.Serve(name, content);
    }
}
