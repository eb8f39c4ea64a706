namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>Runs a file transfer on a port until it is over.</summary>
public static class FileTransfer
{
    private const int ReadSize = 4096;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Sends.</summary>
    /// <param name="port">The line; the loader's command was given already, and what it printed may still wait there.</param>
    /// <param name="sender">The file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="heard">Told every byte that arrived, for the log; may be null.</param>
    /// <param name="moved">Told after each packet; may be null.</param>
    /// <param name="cancel">Tells the peer and ends.</param>
    /// <returns>Whether the whole file is acknowledged; the sender says why not.</returns>
    public static bool Send(
        ISerialPort port, IFileSender sender, TimeProvider time, Action<ReadOnlyMemory<byte>>? heard = null, Action<IFileSender>? moved = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(time);
        bool whole = Run(port, sender.Next, sender.Take, time, heard, () => moved?.Invoke(sender), () => sender.Cancel(), cancel);
        if (!whole)
            sender.Cancel(TransferFault.PortGone);
        return sender.State == TransferState.Done;
    }

    /// <summary>Receives.</summary>
    /// <param name="port">The line; the peer was told to send already.</param>
    /// <param name="receiver">Gets the file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="moved">Told after each packet; may be null.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Whether the file is complete.</returns>
    public static bool Receive(
        ISerialPort port, IFileReceiver receiver, TimeProvider time, Action<IFileReceiver>? moved = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(time);
        bool stopped = false;
        Run(port, Next, receiver.Take, time, null, () => moved?.Invoke(receiver), () => stopped = true, cancel);
        return receiver.State == TransferState.Done;

        ReadOnlyMemory<byte> Next(TimeSpan now, out TimeSpan? wakeAt)
        {
            wakeAt = null;
            return stopped ? default : receiver.Next(now, out wakeAt);
        }
    }

    private delegate ReadOnlyMemory<byte> NextPacket(TimeSpan now, out TimeSpan? wakeAt);

    private delegate void TakeBytes(ReadOnlySpan<byte> bytes, TimeSpan now);

    private static bool Run(
        ISerialPort port, NextPacket next, TakeBytes take, TimeProvider time, Action<ReadOnlyMemory<byte>>? heard, Action moved, Action stop,
        CancellationToken cancel)
    {
        long start = time.GetTimestamp();
        byte[] buffer = new byte[ReadSize];
        while (true)
        {
            if (cancel.IsCancellationRequested)
                stop();
            ReadOnlyMemory<byte> packet = next(time.GetElapsedTime(start), out TimeSpan? wakeAt);
            if (!packet.IsEmpty)
            {
                port.Write(packet.Span);
                moved();
                continue;
            }
            if (wakeAt is not { } until)
                return true;
            TimeSpan wait = until - time.GetElapsedTime(start);
            switch (port.Read(buffer, wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestWait ? s_longestWait : wait, out int count))
            {
                case SerialRead.Data:
                    heard?.Invoke(buffer.AsMemory(0, count));
                    take(buffer.AsSpan(0, count), time.GetElapsedTime(start));
                    break;
                case SerialRead.Gone:
                    return false;
            }
        }
    }
}
