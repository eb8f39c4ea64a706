using System.Buffers.Binary;

namespace Unbrick.Hardware.Spi.Serprog;

/// <summary>
/// A programmer that speaks serprog, over TCP or a serial port. Answers come in the order of the commands, so that commands are sent ahead, as many
/// as the device has room for; reads are cut into 64 KiB, which every device can stream and after which one can go on.
/// </summary>
public sealed class SerprogMaster : ISpiMaster
{
    private const int MostAtOnce = 1 << 16;
    private const int MostAhead = 1 << 15, MostAnswersAhead = 1 << 16;
    private const int UnsaidBuffer = 16; // what the protocol's text takes when a device does not say
    private const ushort FlowControl = 0xFFFF;
    private const int LeastRoom = 8;

    /// <summary>What is taken for the clock when a device does not say: 8 MHz.</summary>
    private const double UnsaidRate = 1e6;

    private readonly SerprogChannel _channel;
    private readonly string _name;
    private readonly byte[] _map = new byte[SerprogCommand.MapSize];
    private readonly int _ahead;
    private bool _isDead;
    private bool _isDisposed;

    private SerprogMaster(SerprogChannel channel, string name, int? hertz)
    {
        _channel = channel;
        _name = name;
        if (!channel.Synchronise(0))
            throw new ProgrammerException(ProgrammerFault.TimedOut, $"{name}: no serprog answers there");
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(Ask(SerprogCommand.QueryInterface, 2));
        if (version != SerprogCommand.Version)
            throw new ProgrammerException(ProgrammerFault.NotSupported, $"{name}: version {version} of serprog");
        Ask(SerprogCommand.QueryCommandMap, SerprogCommand.MapSize).CopyTo(_map, 0);
        bool hasBus = !Knows(SerprogCommand.QueryBus) || (Ask(SerprogCommand.QueryBus, 1)[0] & SerprogCommand.SpiBus) != 0;
        if (!hasBus || !Knows(SerprogCommand.SpiOperation))
            throw new ProgrammerException(ProgrammerFault.NotSupported, $"{name}: it has no SPI");
        if (Knows(SerprogCommand.SetBus))
            _ = Ask(SerprogCommand.SetBus, 0, SerprogCommand.SpiBus);
        int write = Limit(SerprogCommand.QueryWriteLength), read = Limit(SerprogCommand.QueryReadLength);
        if (write < LeastRoom || read < 1)
            throw new ProgrammerException(ProgrammerFault.NotSupported, $"{name}: operations of {write} bytes out and {read} in are too short");
        int? clock = SetClock(hertz);
        int buffer = Knows(SerprogCommand.QuerySerialBuffer)
            ? BinaryPrimitives.ReadUInt16LittleEndian(Ask(SerprogCommand.QuerySerialBuffer, 2))
            : UnsaidBuffer;
        _ahead = buffer == FlowControl ? MostAhead : Math.Min(buffer, MostAhead);
        string own = Knows(SerprogCommand.QueryName) ? Text(Ask(SerprogCommand.QueryName, SerprogCommand.NameSize)) : "";
        if (Knows(SerprogCommand.SetPins))
            _ = Ask(SerprogCommand.SetPins, 0, 1);
        Info = new(own.Length > 0 ? $"{own} ({name})" : name, write, read, clock / 8.0 ?? UnsaidRate) { IsQueued = true, ClockHz = clock };
    }

    /// <inheritdoc/>
    public SpiMasterInfo Info { get; }

    /// <summary>Greets the device and drives its pins.</summary>
    /// <param name="stream">To the device; has timeouts. Belongs to the master from now on.</param>
    /// <param name="name">For messages.</param>
    /// <param name="time">For limits.</param>
    /// <param name="hertz">Highest clock; null leaves the device's own.</param>
    public static SerprogMaster Open(Stream stream, string name, TimeProvider time, int? hertz = null)
    {
        SerprogChannel channel = new(stream, name, time);
        try
        {
            return new(channel, name, hertz);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        Check(write.Length, read.Length);
        SpiTransfer transfer = new(write.ToArray(), new byte[read.Length]);
        Queue([transfer], _ => true);
        transfer.Read.Span.CopyTo(read);
    }

    /// <inheritdoc/>
    public int Queue(IEnumerable<SpiTransfer> transfers, Func<SpiTransfer, bool> told)
    {
        ArgumentNullException.ThrowIfNull(transfers);
        ArgumentNullException.ThrowIfNull(told);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isDead)
            throw new ProgrammerException(ProgrammerFault.Gone, $"{_name}: it was lost");
        Queue<SpiTransfer> ahead = new();
        try
        {
            return Run(transfers, told, ahead);
        }
        catch (ProgrammerException e)
        {
            Recover(e.Fault, ahead);
            throw;
        }
        catch
        {
            while (ahead.TryDequeue(out SpiTransfer? transfer)) // the caller's own code threw; the device is in order
                TakeAnswer(transfer);
            throw;
        }
    }

    /// <summary>Lets go of the pins and closes the connection.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        try
        {
            if (!_isDead && Knows(SerprogCommand.SetPins))
                _ = Ask(SerprogCommand.SetPins, 0, 0);
        }
        catch (ProgrammerException)
        {
            // It is gone: there is nobody to let go of anything.
        }
        _channel.Dispose();
    }

    private int Run(IEnumerable<SpiTransfer> transfers, Func<SpiTransfer, bool> told, Queue<SpiTransfer> ahead)
    {
        using IEnumerator<SpiTransfer> source = transfers.GetEnumerator();
        bool hasEnded = false, isStopped = false;
        SpiTransfer? next = null;
        int count = 0, commands = 0, answers = 0;
        while (true)
        {
            bool isLow = commands <= _ahead / 2 && answers <= MostAnswersAhead / 2;
            while (isLow && !hasEnded)
            {
                if (next is null && !source.MoveNext())
                {
                    hasEnded = true;
                    break;
                }
                next ??= source.Current;
                Check(next.Write.Length, next.Read.Length);
                (int size, int answer) = Sizes(next);
                if (ahead.Count > 0 && (commands + size > _ahead || answers + answer > MostAnswersAhead))
                    break;
                Put(next);
                ahead.Enqueue(next);
                (commands, answers, next) = (commands + size, answers + answer, null);
            }
            _channel.Flush();
            if (!ahead.TryPeek(out SpiTransfer? transfer))
                return count;
            TakeAnswer(transfer);
            ahead.Dequeue();
            (int taken, int given) = Sizes(transfer);
            (commands, answers) = (commands - taken, answers - given);
            if (isStopped)
                continue;
            count++;
            if (!told(transfer))
                hasEnded = isStopped = true;
        }
    }

    /// <summary>After an error nobody knows which byte the device is at.</summary>
    private void Recover(ProgrammerFault fault, Queue<SpiTransfer> ahead)
    {
        if (fault == ProgrammerFault.Gone)
        {
            _isDead = true;
            return;
        }
        try
        {
            _isDead = !_channel.Synchronise(ahead.Select(transfer => Sizes(transfer).Command).DefaultIfEmpty().Max());
        }
        catch (ProgrammerException)
        {
            _isDead = true;
        }
    }

    private void Put(SpiTransfer transfer)
    {
        _channel.Put(SerprogCommand.SpiOperation);
        _channel.Put24(transfer.Write.Length);
        _channel.Put24(transfer.Read.Length);
        _channel.Put(transfer.Write.Span);
    }

    private void TakeAnswer(SpiTransfer transfer)
    {
        if (!_channel.ReadAck())
        {
            throw new ProgrammerException(
                ProgrammerFault.Garbled, $"{_name}: it refused an operation of {transfer.Write.Length} bytes out and {transfer.Read.Length} in");
        }
        _channel.Read(transfer.Read.Span);
    }

    private static (int Command, int Answer) Sizes(SpiTransfer transfer) =>
        (SerprogCommand.OperationHeader + transfer.Write.Length, 1 + transfer.Read.Length);

    private byte[] Ask(byte command, int size, params ReadOnlySpan<byte> parameters)
    {
        _channel.Put(command);
        _channel.Put(parameters);
        _channel.Flush();
        if (!_channel.ReadAck())
            throw new ProgrammerException(ProgrammerFault.NotSupported, $"{_name}: it does not know command 0x{command:x2}");
        byte[] answer = new byte[size];
        _channel.Read(answer);
        return answer;
    }

    private int Limit(byte command)
    {
        if (!Knows(command))
            return MostAtOnce;
        byte[] answer = Ask(command, 3);
        int limit = answer[0] | answer[1] << 8 | answer[2] << 16;
        return limit == 0 ? MostAtOnce : Math.Min(limit, MostAtOnce);
    }

    private int? SetClock(int? hertz)
    {
        if (hertz is not { } wish || !Knows(SerprogCommand.SetSpiClock))
            return null;
        byte[] parameters = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(parameters, Math.Max(1, wish));
        int set = BinaryPrimitives.ReadInt32LittleEndian(Ask(SerprogCommand.SetSpiClock, 4, parameters));
        return set > 0 ? set : null;
    }

    private bool Knows(byte command) => (_map[command >> 3] >> (command & 7) & 1) != 0;

    private static string Text(byte[] name) => new([.. name.TakeWhile(b => b != 0).Select(b => b is >= 0x20 and < 0x7F ? (char)b : '?')]);

    private void Check(int write, int read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(write, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(write, Info.MaxWrite);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(read, Info.MaxRead);
    }
}
