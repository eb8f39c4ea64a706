using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Unbrick.Net.Host;

namespace Unbrick.Net.Native;

/// <summary>
/// One conversation with the kernel about adapters and addresses (rtnetlink(7)). The kernel answers within the call that asks, so nothing
/// here waits; the receive time-out only turns a kernel that breaks that rule into an error instead of a hang.
/// </summary>
internal sealed partial class NetlinkSocket : IDisposable
{
    private const int FamilyNetlink = 16;
    private const int RawCloseOnExec = 3 | 0x8_0000; // SOCK_RAW | SOCK_CLOEXEC
    private const int ProtocolRoute = 0;
    private const int LevelSocket = 1;
    private const int ReceiveTimeout = 20; // SO_RCVTIMEO
    private const int Interrupted = 4; // EINTR
    private const int ReceiveTimeoutSeconds = 5;

    private readonly SafeFileHandle _handle;
    private readonly byte[] _buffer = new byte[0x1_0000]; // the kernel fills at most 32 KiB per datagram of a dump
    private uint _sequence;

    private NetlinkSocket(SafeFileHandle handle) => _handle = handle;

    /// <summary>Throws <see cref="NetworkException"/> where the system has no rtnetlink or a sandbox forbids it.</summary>
    public static NetlinkSocket Open()
    {
        SafeFileHandle handle = CreateSocket(FamilyNetlink, RawCloseOnExec, ProtocolRoute);
        if (handle.IsInvalid)
        {
            int errno = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw new NetworkException(NetworkFailure.NotSupported, $"no rtnetlink socket: {Marshal.GetPInvokeErrorMessage(errno)}");
        }
        nint[] timeout = [ReceiveTimeoutSeconds, 0]; // struct timeval: two longs
        _ = SetOption(handle, LevelSocket, ReceiveTimeout, timeout, (uint)(timeout.Length * nint.Size));
        return new(handle);
    }

    /// <summary>Sends a change and returns the kernel's verdict: 0 or an errno.</summary>
    public int Change(Func<uint, byte[]> request) => Ask(request, static (_, _) => { }).Errno;

    /// <summary>Reads a whole list; false when it changed meanwhile and has to be read again.</summary>
    public bool TryDump(Func<uint, byte[]> request, NetlinkBody each)
    {
        NetlinkProgress progress = Ask(request, each);
        if (progress.Errno != 0)
            throw new NetworkException(NetworkFailure.Other, $"rtnetlink: {Marshal.GetPInvokeErrorMessage(progress.Errno)}");
        return !progress.Torn;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private NetlinkProgress Ask(Func<uint, byte[]> request, NetlinkBody each)
    {
        uint sequence = ++_sequence;
        byte[] bytes = request(sequence);
        if (SendTo(_handle, bytes, (nuint)bytes.Length, 0, 0, 0) < 0)
            return new(Ended: true, Marshal.GetLastPInvokeError(), Torn: false);
        bool torn = false;
        while (true)
        {
            nint got = Receive(_handle, _buffer, (nuint)_buffer.Length, 0);
            if (got < 0 && Marshal.GetLastPInvokeError() is int errno)
            {
                if (errno == Interrupted)
                    continue;
                return new(Ended: true, errno, torn);
            }
            NetlinkProgress progress = NetlinkWire.Take(_buffer.AsSpan(0, (int)got), sequence, each);
            torn |= progress.Torn;
            if (progress.Ended)
                return progress with { Torn = torn };
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial SafeFileHandle CreateSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeFileHandle socket, int level, int name, ReadOnlySpan<nint> value, uint length);

    // Without an address the datagram goes to port 0, the kernel.
    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static partial nint SendTo(
        SafeFileHandle socket, ReadOnlySpan<byte> bytes, nuint length, int flags, nint address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nuint length, int flags);
}
