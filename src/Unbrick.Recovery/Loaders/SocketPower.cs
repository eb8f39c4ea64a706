using System.Net.Sockets;
using System.Text;

namespace Unbrick.Recovery.Loaders;

/// <summary>
/// A power switch behind a Unix socket: a line <c>power-on</c> or <c>power-cycle</c> is sent, a line comes back when it is done.
/// </summary>
/// <param name="path">The socket.</param>
public sealed class SocketPower(string path) : IPowerSwitch
{
    /// <inheritdoc/>
    public async Task<string?> SwitchAsync(PowerAction action, CancellationToken ct)
    {
        try
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
            await socket.SendAsync(Encoding.ASCII.GetBytes(action == PowerAction.On ? "power-on\n" : "power-cycle\n"), ct).ConfigureAwait(false);
            byte[] answer = new byte[1024];
            int count = await socket.ReceiveAsync(answer, ct).ConfigureAwait(false);
            string text = Encoding.UTF8.GetString(answer, 0, count);
            return text.Contains("\"error\"", StringComparison.Ordinal) ? text.Trim() : null;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return e.Message;
        }
    }
}
