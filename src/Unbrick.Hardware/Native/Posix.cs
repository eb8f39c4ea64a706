using System.Runtime.InteropServices;

namespace Unbrick.Hardware.Native;

/// <summary>The Linux calls for devices in <c>/dev</c>. Numbers are those of x86, ARM and RISC-V; MIPS, PowerPC and SPARC have others.</summary>
internal static unsafe partial class Posix
{
    internal const int ReadWrite = 2, NoControllingTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000;

    internal const int NotPermitted = 1, NoEntry = 2, Interrupted = 4, IoError = 5, NoSuchAddress = 6, Again = 11, AccessDenied = 13, IsBusy = 16,
        NoDevice = 19, IsDirectory = 21, Invalid = 22, NotATerminal = 25, MessageTooLong = 90, ShutDown = 108, TimedOut = 110;

    internal const short PollIn = 1, PollOut = 4;

    /// <summary>TCGETS2, TCSETS2, TCFLSH (asm-generic/ioctls.h); the last takes its argument by value.</summary>
    internal const nuint GetTerminal = 0x802C_542A, SetTerminal = 0x402C_542B, FlushTerminal = 0x540B;

    /// <summary>TIOCEXCL: nobody else opens it any more.</summary>
    internal const nuint Exclusive = 0x540C;

    /// <summary>TCSETSW2: as <see cref="SetTerminal"/>, once all that was written has left.</summary>
    internal const nuint SetTerminalWhenSent = 0x402C_542C;

    /// <summary>TIOCMGET, TIOCMSET: all modem lines at once, as bits.</summary>
    internal const nuint GetLines = 0x5415, SetLines = 0x5418;

    /// <summary>TIOCSBRK, TIOCCBRK: the sending line low, and free again.</summary>
    internal const nuint SetBreak = 0x5427, ClearBreak = 0x5428;

    /// <summary>TIOCGICOUNT: see <see cref="Counters"/>.</summary>
    internal const nuint GetCounters = 0x545D;

    /// <summary>Bits of <see cref="GetLines"/>: TIOCM_DTR, TIOCM_RTS.</summary>
    internal const int DataTerminalReady = 2, RequestToSend = 4;

    /// <summary>LOCK_EX | LOCK_NB of flock(2), which other terminal programs ask for, too.</summary>
    internal const int LockAlone = 2 | 4;

    /// <summary>struct termios2 (asm-generic/termbits.h): speeds are plain numbers when the control flags say BOTHER.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Terminal
    {
        internal uint Input;
        internal uint Output;
        internal uint Control;
        internal uint Local;
        internal byte Line;
        internal fixed byte Characters[19];
        internal uint InputSpeed;
        internal uint OutputSpeed;
    }

    /// <summary>struct serial_icounter_struct (linux/serial.h), all counted since the driver has the port.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Counters
    {
        internal fixed int Lines[4];
        internal int Received;
        internal int Sent;
        internal int Framing;
        internal int Overrun;
        internal int Parity;
        internal int Break;
        internal int BufferOverrun;
        internal fixed int Reserved[9];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    [LibraryImport(NativeLibraries.Self, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport(NativeLibraries.Self, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport(NativeLibraries.Self, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Control(int descriptor, nuint request, void* argument);

    [LibraryImport(NativeLibraries.Self, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport(NativeLibraries.Self, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, void* buffer, nuint length);

    /// <summary>R_OK | W_OK of access(2).</summary>
    internal const int ReadAndWrite = 4 | 2;

    [LibraryImport(NativeLibraries.Self, EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Access(string path, int mode);

    [LibraryImport(NativeLibraries.Self, EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(int descriptor, int operation);

    [LibraryImport(NativeLibraries.Self, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    /// <summary>The number of the last error and what the system calls it.</summary>
    internal static (int Number, string Text) LastError()
    {
        int number = Marshal.GetLastPInvokeError();
        return (number, Marshal.GetPInvokeErrorMessage(number));
    }
}
