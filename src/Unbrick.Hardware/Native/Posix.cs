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

    [LibraryImport(NativeLibraries.Self, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    /// <summary>The number of the last error and what the system calls it.</summary>
    internal static (int Number, string Text) LastError()
    {
        int number = Marshal.GetLastPInvokeError();
        return (number, Marshal.GetPInvokeErrorMessage(number));
    }
}
