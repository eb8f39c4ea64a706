using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Unbrick.Sim.Esp;

/// <content>Commands that came with the ESP32.</content>
internal sealed partial class EspRom
{
    private const int SlowRead = 64;
    private const long HashByteTime = 1_000; // nanoseconds

    private Download? _inflating;
    private EspInflater? _inflater;
    private long _inflatedLeft;

    private bool TryLater(byte op, int length, uint checksum)
    {
        switch (op)
        {
            case SetParameters:
                _chipSize = (int)Math.Clamp(Word(4), 0x1000, 0x1000_0000);
                Reply(op);
                return true;
            case Attach:
                _spi.IsAttached = true;
                Reply(op);
                return true;
            case ReadSlow:
                Read();
                return true;
            case ChangeBaud:
                SwitchBaud();
                return true;
            case DeflateBegin:
                BeginDeflated();
                return true;
            case DeflateData:
                WriteDeflated(length, checksum);
                return true;
            case DeflateEnd:
                _flashing = _inflating;
                EndFlash(op);
                return true;
            case Md5:
                Hash();
                return true;
            case SecurityInfo when _model.HasSecurityInfo:
                TellSecurity();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Always 64 bytes.</summary>
    private void Read()
    {
        int count = (int)Math.Min(Word(4), int.MaxValue);
        if (count > SlowRead || !_spi.IsAttached)
        {
            Reply(ReadSlow, 1, BadRead);
            return;
        }
        Span<byte> data = stackalloc byte[SlowRead];
        data.Clear();
        _flash.Read((int)(Word(0) & int.MaxValue), data[..count]);
        Reply(ReadSlow, data: data);
    }

    private void SwitchBaud()
    {
        uint baud = Word(0);
        Reply(ChangeBaud);
        if (baud is >= 300 and <= 5_000_000)
            _host.SetBaud((int)baud);
    }

    /// <summary>Bytes as they will be, rounded up to blocks; blocks of the stream; block size; offset.</summary>
    private void BeginDeflated()
    {
        uint size = Word(0), blocks = Word(4), blockSize = Word(8), offset = Word(12);
        if (blockSize > MostBlock)
        {
            Reply(DeflateBegin, 1, BadMessage);
            return;
        }
        if (!_spi.IsAttached || (ulong)offset + size > (ulong)_chipSize || offset % Sector != 0)
        {
            Reply(DeflateBegin, 1, Failed);
            return;
        }
        (_inflating, _inflater, _inflatedLeft) = (new Download(offset, blocks), new EspInflater(), size);
        Erase(offset, size);
        Reply(DeflateBegin);
    }

    private void WriteDeflated(int length, uint checksum)
    {
        uint count = Word(0), number = Word(4);
        if (_inflating is not { } inflating || count > MostBlock || length < 16 || number != inflating.Next)
        {
            Reply(DeflateData, 1, BadMessage);
            return;
        }
        inflating.Next++;
        byte[] piece = _frame.AsSpan(Header + 16, (int)count).ToArray();
        if (length - 16 != count || Checksum(piece) != (byte)checksum)
        {
            Reply(DeflateData, 1, BadChecksum);
            return;
        }
        bool written = true;
        bool inflated = _inflater!.TryFeed(piece, bytes =>
        {
            bytes = bytes[..(int)Math.Min(bytes.Length, _inflatedLeft)];
            _inflatedLeft -= bytes.Length;
            written &= bytes.IsEmpty || Write(inflating, bytes);
        });
        if (inflated && written)
            Reply(DeflateData);
        else
            Reply(DeflateData, 1, inflated ? BadWrite : BadDeflate);
    }

    private void Hash()
    {
        uint at = Word(0), left = Math.Min(Word(4), 64u << 20);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] buffer = new byte[Sector];
        if (!_spi.IsAttached)
        {
            Reply(Md5, 1, BadRead);
            return;
        }
        _flash.Now += left * HashByteTime;
        while (left > 0)
        {
            int count = (int)Math.Min(left, (uint)buffer.Length);
            _flash.Read((int)(at & int.MaxValue), buffer.AsSpan(0, count));
            hash.AppendData(buffer, 0, count);
            at += (uint)count;
            left -= (uint)count;
        }
        Reply(Md5, data: Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset())));
    }

    private void TellSecurity()
    {
        Span<byte> data = stackalloc byte[20];
        data.Clear();
        if (_model.ChipId is { } id)
            BinaryPrimitives.WriteInt32LittleEndian(data[12..], id);
        Reply(SecurityInfo, data: _model.ChipId is null ? data[..12] : data);
    }
}
