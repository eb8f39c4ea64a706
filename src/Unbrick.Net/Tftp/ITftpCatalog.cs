using System.Net;

namespace Unbrick.Net.Tftp;

/// <summary>What a request gets: a file, or a refusal with words for the device's console.</summary>
public abstract record TftpAnswer
{
    /// <summary>This content. <paramref name="SentAs"/> is the name of what is sent, which need not be the name asked for.</summary>
    public sealed record Serve(string SentAs, ReadOnlyMemory<byte> Content) : TftpAnswer;

    /// <summary>No. <paramref name="Message"/> is printed by the device.</summary>
    public sealed record Refuse(TftpErrorCode Code, string Message) : TftpAnswer;
}

/// <summary>Maps the names that devices ask for to content. Called once a transfer, from the server's thread.</summary>
public interface ITftpCatalog
{
    /// <summary>Answers a read request; the name in it may be hostile.</summary>
    TftpAnswer Find(TftpRequest request, IPEndPoint peer);
}

/// <summary>Where uploads go (a device's own back-up by <c>tftpput</c>). Servers without one refuse all writes.</summary>
public interface ITftpUploads
{
    /// <summary>Accepts an upload, or says why not.</summary>
    ITftpUpload? Begin(TftpRequest request, IPEndPoint peer, long? announced, out TftpAnswer.Refuse refusal);
}

/// <summary>One upload under way. Nothing is visible under its name before <see cref="Complete"/>.</summary>
public interface ITftpUpload
{
    /// <summary>The name it will have.</summary>
    string Name { get; }

    /// <summary>Adds the next bytes; false when there is no room.</summary>
    bool Append(ReadOnlySpan<byte> data);

    /// <summary>The last block is in: the file gets its name. False when that failed.</summary>
    bool Complete();

    /// <summary>The transfer failed: nothing is left.</summary>
    void Abandon();
}
