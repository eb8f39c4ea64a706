using System.Net.Sockets;

namespace Unbrick.Hardware.Spi.Serprog;

/// <summary>
/// Bytes to and from a serprog. The protocol has neither frames nor checksums, so that after anything unexpected the two ends must be brought
/// together again. Every wait has an end: for the next byte, and for an answer as a whole.
/// </summary>
internal sealed class SerprogChannel(Stream stream, string name, TimeProvider time) : IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int MostStale = 1 << 21;
    private const int SyncTries = 8;
    private const byte Harmless = 0xFF; // no command; and a program operation that swallows it changes no bit

    private static readonly TimeSpan s_byte = TimeSpan.FromSeconds(5), s_answer = TimeSpan.FromSeconds(10), s_perByte = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(500), s_quiet = TimeSpan.FromMilliseconds(40), s_stale = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_sync = TimeSpan.FromSeconds(10);

    private readonly byte[] _in = new byte[BufferSize];
    private readonly List<byte> _out = new(BufferSize);
    private int _start, _end;

    /// <summary>Adds to what is sent next.</summary>
    public void Put(params ReadOnlySpan<byte> bytes) => _out.AddRange(bytes);

    /// <summary>Adds a number of 24 bits.</summary>
    public void Put24(int number) => Put((byte)number, (byte)(number >> 8), (byte)(number >> 16));

    /// <summary>Sends what was put.</summary>
    public void Flush()
    {
        if (_out.Count == 0)
            return;
        try
        {
            stream.WriteTimeout = (int)(s_answer + (s_perByte * _out.Count)).TotalMilliseconds;
            stream.Write([.. _out]);
            stream.Flush();
        }
        catch (Exception e) when (IsLinkFault(e))
        {
            throw Fault(e, "took no more commands");
        }
        finally
        {
            _out.Clear();
        }
    }

    /// <summary>Fills <paramref name="to"/>.</summary>
    public void Read(Span<byte> to)
    {
        long started = time.GetTimestamp();
        TimeSpan limit = s_answer + (s_perByte * to.Length);
        while (to.Length > 0)
        {
            if (_start == _end && !Receive(s_byte))
                throw new ProgrammerException(ProgrammerFault.TimedOut, $"{name}: {to.Length} bytes of an answer did not come");
            int count = Math.Min(to.Length, _end - _start);
            _in.AsSpan(_start, count).CopyTo(to);
            _start += count;
            to = to[count..];
            if (to.Length > 0 && time.GetElapsedTime(started) > limit)
                throw new ProgrammerException(ProgrammerFault.TimedOut, $"{name}: an answer took longer than {limit.TotalSeconds:0} s");
        }
    }

    /// <summary>True for yes, false for no; all else is <see cref="ProgrammerFault.Garbled"/>.</summary>
    public bool ReadAck()
    {
        Span<byte> answer = stackalloc byte[1];
        Read(answer);
        return answer[0] switch
        {
            SerprogCommand.Ack => true,
            SerprogCommand.Nak => false,
            _ => throw new ProgrammerException(ProgrammerFault.Garbled, $"{name}: 0x{answer[0]:x2} is neither ACK nor NAK"),
        };
    }

    /// <summary>
    /// Brings both ends together: what is still to come is thrown away, then <see cref="SerprogCommand.SyncNop"/> must be answered as it should,
    /// and by nothing else.
    /// </summary>
    /// <param name="swallowed">The device may wait for so many more bytes of a command of which some were lost.</param>
    /// <returns>False when the device is not to be reached like that.</returns>
    public bool Synchronise(int swallowed)
    {
        long started = time.GetTimestamp();
        Drain(s_quiet);
        for (int i = 0; i < swallowed; i++)
            _out.Add(Harmless);
        Flush();
        for (int i = 0; i < SyncTries && time.GetElapsedTime(started) < s_sync; i++)
        {
            if (swallowed > 0)
                Drain(s_quiet);
            Put(SerprogCommand.SyncNop);
            Flush();
            if (Receive(s_first) && Drain(s_quiet) is [SerprogCommand.Nak, SerprogCommand.Ack])
                return true;
        }
        return false;
    }

    public void Dispose() => stream.Dispose();

    /// <summary>What came until nothing more does, at most two of it.</summary>
    private byte[] Drain(TimeSpan quiet)
    {
        long started = time.GetTimestamp();
        List<byte> first = [];
        int count = 0;
        do
        {
            count += _end - _start;
            first.AddRange(_in.AsSpan(_start, Math.Min(_end - _start, 3)));
            _start = _end;
        }
        while (count < MostStale && time.GetElapsedTime(started) < s_stale && Receive(quiet));
        _start = _end;
        return [.. first];
    }

    /// <summary>False when the time is up.</summary>
    private bool Receive(TimeSpan limit)
    {
        try
        {
            stream.ReadTimeout = (int)limit.TotalMilliseconds;
            _start = 0;
            _end = 0;
            _end = stream.Read(_in);
        }
        catch (Exception e) when (IsTimeout(e))
        {
            return false;
        }
        catch (Exception e) when (IsLinkFault(e))
        {
            throw Fault(e, "is gone");
        }
        return _end > 0 ? true : throw new ProgrammerException(ProgrammerFault.Gone, $"{name} closed the connection");
    }

    private static bool IsTimeout(Exception e) =>
        e is TimeoutException or IOException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock } };

    private static bool IsLinkFault(Exception e) => e is IOException or TimeoutException or ObjectDisposedException or UnauthorizedAccessException;

    private ProgrammerException Fault(Exception e, string what) =>
        new(IsTimeout(e) ? ProgrammerFault.TimedOut : ProgrammerFault.Gone, $"{name} {what}: {e.Message}");
}
