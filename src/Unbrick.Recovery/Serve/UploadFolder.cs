using System.Collections.Immutable;
using System.Net;
using Unbrick.Core.Text;
using Unbrick.Net.Tftp;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Takes what devices send (a back-up by <c>tftpput</c> or <c>tftp -p</c>) into a folder of its own: new names only, to a <c>.part</c> file
/// first, renamed when the last block is in, up to a limit of bytes.
/// </summary>
/// <param name="folder">The folder; must exist.</param>
/// <param name="limit">Bytes of one upload.</param>
public sealed class UploadFolder(string folder, long limit) : ITftpUploads
{
    /// <inheritdoc/>
    public ITftpUpload? Begin(TftpRequest request, IPEndPoint peer, long? announced, out TftpAnswer.Refuse refusal)
    {
        ArgumentNullException.ThrowIfNull(request);
        refusal = new TftpAnswer.Refuse(TftpErrorCode.Access, "that is no name for an upload");
        // One flat folder: an upload that names folders of its own is none that a boot loader makes.
        if (!TftpName.TrySplit(request.Name, out ImmutableArray<string> parts) || parts.Length != 1)
            return null;
        string path = Path.Combine(folder, parts[0]);
        if (announced > limit)
        {
            refusal = new TftpAnswer.Refuse(TftpErrorCode.Full, $"over the limit of {ByteText.Short(limit)}");
            return null;
        }
        if (Path.Exists(path))
        {
            refusal = new TftpAnswer.Refuse(TftpErrorCode.Exists, "there is a file of that name already");
            return null;
        }
        try
        {
            return new Upload(path, limit, request.Mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refusal = new TftpAnswer.Refuse(TftpErrorCode.Access, "the server cannot write there, or this upload is under way already");
            return null;
        }
    }

    private sealed class Upload : ITftpUpload, IDisposable
    {
        private readonly string _path, _part;
        private readonly long _limit;
        private readonly FileStream _file;
        private readonly NetasciiDecoder? _decoder;
        private long _length;

        internal Upload(string path, long limit, TftpMode mode)
        {
            _path = path;
            _part = path + ".part";
            _limit = limit;
            _decoder = mode == TftpMode.Netascii ? new NetasciiDecoder() : null;
            _file = new FileStream(_part, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }

        public string Name => Path.GetFileName(_path);

        public bool Append(ReadOnlySpan<byte> data)
        {
            if (_decoder is not null)
                data = _decoder.Decode(data);
            if (_length + data.Length > _limit)
                return false;
            _length += data.Length;
            try
            {
                _file.Write(data);
                return true;
            }
            catch (IOException)
            {
                return false; // disk full
            }
        }

        public bool Complete()
        {
            try
            {
                _file.Flush(flushToDisk: true);
                Dispose();
                File.Move(_part, _path, overwrite: false);
                return true;
            }
            catch (IOException)
            {
                Abandon();
                return false;
            }
        }

        public void Abandon()
        {
            Dispose();
            try
            {
                File.Delete(_part);
            }
            catch (IOException)
            {
                // it stays as a .part file, which says what it is
            }
        }

        public void Dispose() => _file.Dispose();
    }
}
