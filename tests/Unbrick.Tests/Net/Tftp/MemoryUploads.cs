using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>Takes uploads into memory: new names only, and no more than <paramref name="room"/> bytes each.</summary>
internal sealed class MemoryUploads(int room = 1 << 20) : ITftpUploads
{
    public Dictionary<string, byte[]> Kept { get; } = [];

    public int Abandoned { get; private set; }

    /// <summary>Somebody else takes the name while the upload runs.</summary>
    public bool NameIsTakenMeanwhile { get; init; }

    public ITftpUpload? Begin(TftpRequest request, IPEndPoint peer, long? announced, out TftpAnswer.Refuse refusal)
    {
        refusal = Kept.ContainsKey(request.Name)
            ? new(TftpErrorCode.Exists, "there is a file of that name")
            : new(TftpErrorCode.Full, "too big");
        return Kept.ContainsKey(request.Name) || announced > room
            ? null
            : new Upload(this, request.Name, request.Mode == TftpMode.Netascii ? new NetasciiDecoder() : null);
    }

    private sealed class Upload(MemoryUploads owner, string name, NetasciiDecoder? decoder) : ITftpUpload
    {
        private readonly List<byte> _bytes = [];

        public string Name => name;

        public bool Append(ReadOnlySpan<byte> data)
        {
            _bytes.AddRange(decoder is null ? data : decoder.Decode(data));
            return _bytes.Count <= owner.Room;
        }

        public bool Complete()
        {
            if (owner.NameIsTakenMeanwhile)
                return false;
            owner.Kept.Add(name, [.. _bytes]);
            return true;
        }

        public void Abandon() => owner.Abandoned++;
    }

    private int Room => room;
}
