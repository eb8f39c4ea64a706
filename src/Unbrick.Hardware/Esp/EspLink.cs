using System.Buffers.Binary;
using System.Text;
using Unbrick.Hardware.Serial;

namespace Unbrick.Hardware.Esp;

/// <summary>Frames to a ROM loader and its answers. Nothing is repeated here; what was lost is a null.</summary>
public sealed class EspLink
{
    private const int LongestPiece = 0x5000, TextKept = 4096, LongestFrame = EspAnswer.HeaderSize + 16 + 0x4000;

    private static readonly TimeSpan s_margin = TimeSpan.FromMilliseconds(120), s_mostPatience = TimeSpan.FromSeconds(3), s_soon = TimeSpan.FromMilliseconds(20);

    private readonly SlipReader _slip = new(LongestPiece);
    private readonly Queue<EspAnswer> _answers = new();
    private readonly StringBuilder _text = new();
    private readonly byte[] _incoming = new byte[4096];
    private readonly byte[] _frame = new byte[LongestFrame];
    private readonly byte[] _packed = new byte[Slip.Longest(LongestFrame)];

    private TimeSpan? _usual;
    private TimeSpan _spread;
    private (EspOp Op, int Answers, long Stray) _owed;

    /// <summary>Makes a link.</summary>
    /// <param name="port">Open; stays the caller's.</param>
    /// <param name="time">For waits.</param>
    public EspLink(ISerialPort port, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(time);
        Port = port;
        Time = time;
    }

    /// <summary>The line.</summary>
    public ISerialPort Port { get; }

    /// <summary>The clock of all waits.</summary>
    public TimeProvider Time { get; }

    /// <summary>What went wrong so far.</summary>
    public EspLineCounts Counts { get; } = new();

    /// <summary>Bytes of status in an answer; 0 until the first answer to <see cref="EspOp.Sync"/>.</summary>
    public int StatusBytes { get; set; }

    /// <summary>The last of what was no answer: boot text, noise. Control characters as they came.</summary>
    public string Text => _text.ToString();

    /// <summary>How long an answer is waited for, over the time of the bytes: follows what the chip needed so far.</summary>
    public TimeSpan Patience { get; private set; } = s_mostPatience;

    /// <summary>What an answer usually takes, without the time of the bytes.</summary>
    public TimeSpan Usual => _usual ?? TimeSpan.Zero;

    /// <summary>The port went away.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Time that bytes take at the present rate; a line without a rate is taken for 115200.</summary>
    public TimeSpan Wire(long bytes) => TimeSpan.FromSeconds(bytes * 10.0 / Math.Max(300, Port.Info.HasRate ? Port.Baud : 115200));

    /// <summary>Sends a command.</summary>
    public void Send(EspOp op, ReadOnlySpan<byte> data, uint checksum = 0)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_frame, (ushort)((byte)op << 8));
        BinaryPrimitives.WriteUInt16LittleEndian(_frame.AsSpan(2), (ushort)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_frame.AsSpan(4), checksum);
        data.CopyTo(_frame.AsSpan(EspAnswer.HeaderSize));
        int count = Slip.Encode(_frame.AsSpan(0, EspAnswer.HeaderSize + data.Length), _packed);
        Port.Write(_packed.AsSpan(0, count));
        Counts.Sent += count;
    }

    /// <summary>Sends bytes as they are.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        Port.Write(bytes);
        Counts.Sent += bytes.Length;
    }

    /// <summary>
    /// Waits for the answer to a command; others are passed over. An answer to another command that says "bad message" is how the ROM says that it
    /// does not have this one.
    /// </summary>
    public EspAnswer? Receive(EspOp op, TimeSpan wait)
    {
        long started = Time.GetTimestamp();
        int damaged = Counts.Damaged;
        for (bool last = false; ;)
        {
            while (_answers.TryDequeue(out EspAnswer? answer))
            {
                if (answer.Op == op || (!answer.Ok && answer.Reason == EspAnswer.BadMessage))
                    return answer;
                Counts.Late++;
                PassOver(answer);
            }
            // A host that was busy meanwhile looks once more: the answer may have been there all the time.
            TimeSpan left = wait - Time.GetElapsedTime(started), soon = Usual + s_soon;
            // A broken answer was the one that is waited for; what belongs to others comes at once.
            if (Counts.Damaged > damaged && left > soon)
                left = soon;
            if (last || !Pump(left > TimeSpan.Zero ? left : TimeSpan.Zero))
                return null;
            last = left <= TimeSpan.Zero;
        }
    }

    /// <summary>Sends a command and waits for its answer; null when there is none in time.</summary>
    /// <param name="op">Which.</param>
    /// <param name="data">Its data.</param>
    /// <param name="checksum">Of the data commands.</param>
    /// <param name="extra">Time that the chip may need, over the usual.</param>
    public EspAnswer? Command(EspOp op, ReadOnlySpan<byte> data, uint checksum = 0, TimeSpan extra = default)
    {
        Clear();
        long started = Time.GetTimestamp();
        TimeSpan wire = Wire(data.Length + 64);
        Send(op, data, checksum);
        EspAnswer? answer = Receive(op, wire + Patience + extra);
        if (answer is null)
            Missed(op, 1);
        else if (extra == TimeSpan.Zero)
            Learn(Time.GetElapsedTime(started) - wire);
        return answer;
    }

    /// <summary>Takes what is there, at most that long; false when nothing came.</summary>
    public bool Pump(TimeSpan wait)
    {
        switch (Port.Read(_incoming, wait, out int count))
        {
            case SerialRead.Data:
                Take(_incoming.AsSpan(0, count));
                return true;
            case SerialRead.Gone:
                IsGone = true;
                throw new EspException(EspFailure.Gone, $"{Port.Info.Name} is gone");
            default:
                return false;
        }
    }

    /// <summary>Ends a half frame, and takes off the line what is late.</summary>
    public void Flush(TimeSpan quiet)
    {
        // Twice: the first may be swallowed as an escaped byte.
        SendRaw([Slip.End, Slip.End]);
        Drain(quiet);
    }

    /// <summary>Takes everything until the line is quiet for that long; answers are thrown away. Bounded by ten seconds.</summary>
    public void Drain(TimeSpan quiet)
    {
        long started = Time.GetTimestamp();
        while (Pump(quiet) && Time.GetElapsedTime(started) < TimeSpan.FromSeconds(10))
        {
            // what comes in is counted, and kept when it is text
        }
        TakeRest();
        Clear();
    }

    /// <summary>Lets time pass; what comes in meanwhile is kept.</summary>
    public void Pause(TimeSpan time)
    {
        long started = Time.GetTimestamp();
        while (time - Time.GetElapsedTime(started) is { Ticks: > 0 } left)
            Pump(left);
    }

    /// <summary>What was received and belongs to nothing yet becomes text.</summary>
    public void TakeRest() => AddText(_slip.Take());

    /// <summary>Forgets the text that was heard.</summary>
    public void ForgetText() => _text.Clear();

    /// <summary>
    /// Answers did not come in time. When all of them come whole later on, with nothing else between, they were late and the line lost nothing: then this
    /// is taken back.
    /// </summary>
    internal void Missed(EspOp op, int answers)
    {
        Counts.TimeOuts++;
        _owed = (op, answers, Counts.Stray);
    }

    /// <summary>An answer took that long: later ones are not waited for much longer.</summary>
    internal void Learn(TimeSpan took)
    {
        if (took > Counts.Slowest)
            Counts.Slowest = took;
        // As TCP does (RFC 6298): the usual time and four times how far answers are from it.
        took = took > TimeSpan.Zero ? took : TimeSpan.Zero;
        TimeSpan off = ((_usual ?? took) - took).Duration();
        _spread = _usual is null ? took / 2 : (_spread * 0.75) + (off * 0.25);
        _usual = _usual is null ? took : (_usual * 0.875) + (took * 0.125);
        TimeSpan wish = _usual.Value + (_spread * 4) + s_margin;
        Patience = wish < s_mostPatience ? wish : s_mostPatience;
    }

    private void Clear()
    {
        while (_answers.TryDequeue(out EspAnswer? answer))
            PassOver(answer);
    }

    private void PassOver(EspAnswer answer)
    {
        if (_owed.Answers == 0 || answer.Op != _owed.Op || !answer.Ok)
            return;
        _owed.Answers--;
        if (_owed.Answers == 0 && Counts.Stray == _owed.Stray)
            Counts.TimeOuts--;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        Counts.Received += bytes.Length;
        foreach (byte b in bytes)
        {
            if (!_slip.Add(b, out ReadOnlySpan<byte> piece, out bool whole))
                continue;
            if (whole && EspAnswer.Read(piece, StatusBytes) is EspAnswer answer)
            {
                _answers.Enqueue(answer);
            }
            else if (whole && IsRequest(piece))
            {
                Counts.Echoes++;
            }
            else
            {
                if (StatusBytes > 0 && piece.Length >= 4 && (piece[0] == 1 || piece.Length is 10 or 12))
                    Counts.Damaged++;
                AddText(piece);
            }
        }
    }

    /// <summary>No chip sends that: our own frame has come back.</summary>
    private static bool IsRequest(ReadOnlySpan<byte> piece) =>
        piece.Length >= EspAnswer.HeaderSize && piece[0] == 0 && Enum.IsDefined((EspOp)piece[1]) && BinaryPrimitives.ReadUInt16LittleEndian(piece[2..]) == piece.Length - EspAnswer.HeaderSize;

    private void AddText(ReadOnlySpan<byte> piece)
    {
        Counts.Stray += piece.Length;
        _text.Append(Encoding.Latin1.GetString(piece));
        if (_text.Length > TextKept)
            _text.Remove(0, _text.Length - TextKept);
    }
}
