using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unbrick.Hardware.Native;

/// <summary>The calls of Windows for communications devices (winbase.h, learn.microsoft.com: Communications Functions).</summary>
internal static unsafe partial class Win32Serial
{
    internal const uint ReadWrite = 0xC000_0000, OpenExisting = 3;

    /// <summary>ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_ACCESS_DENIED (which is what a taken port says), ERROR_SHARING_VIOLATION.</summary>
    internal const int NotFound = 2, PathNotFound = 3, AccessDenied = 5, Sharing = 32;

    /// <summary>PURGE_RXCLEAR.</summary>
    internal const uint PurgeInput = 8;

    /// <summary>CE_RXOVER, CE_OVERRUN, CE_RXPARITY, CE_FRAME, CE_BREAK.</summary>
    internal const uint BufferOverrun = 1, Overrun = 2, Parity = 4, Framing = 8, Break = 16;

    /// <summary>struct DCB; the flags are a field of bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ControlBlock
    {
        internal uint Length;
        internal uint Baud;
        internal uint Flags;
        internal ushort Reserved;
        internal ushort OnLimit;
        internal ushort OffLimit;
        internal byte ByteSize;
        internal byte Parity;
        internal byte StopBits;
        internal byte OnCharacter;
        internal byte OffCharacter;
        internal byte ErrorCharacter;
        internal byte EndCharacter;
        internal byte EventCharacter;
        internal ushort Reserved1;
    }

    /// <summary>struct COMMTIMEOUTS, in milliseconds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Timeouts
    {
        internal uint ReadInterval;
        internal uint ReadMultiplier;
        internal uint ReadConstant;
        internal uint WriteMultiplier;
        internal uint WriteConstant;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    internal static partial SafeFileHandle Open(string name, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", EntryPoint = "GetCommState", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetState(SafeFileHandle port, ControlBlock* block);

    [LibraryImport("kernel32", EntryPoint = "SetCommState", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetState(SafeFileHandle port, ControlBlock* block);

    [LibraryImport("kernel32", EntryPoint = "SetCommTimeouts", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetTimeouts(SafeFileHandle port, Timeouts* timeouts);

    [LibraryImport("kernel32", EntryPoint = "ReadFile", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Read(SafeFileHandle port, byte* buffer, uint length, out uint count, nint overlapped);

    [LibraryImport("kernel32", EntryPoint = "WriteFile", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Write(SafeFileHandle port, byte* buffer, uint length, out uint count, nint overlapped);

    [LibraryImport("kernel32", EntryPoint = "FlushFileBuffers", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Flush(SafeFileHandle port);

    [LibraryImport("kernel32", EntryPoint = "ClearCommError", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool TakeErrors(SafeFileHandle port, out uint errors, void* status);

    [LibraryImport("kernel32", EntryPoint = "PurgeComm", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Purge(SafeFileHandle port, uint what);

    [LibraryImport("kernel32", EntryPoint = "SetCommBreak", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetBreak(SafeFileHandle port);

    [LibraryImport("kernel32", EntryPoint = "ClearCommBreak", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool ClearBreak(SafeFileHandle port);
}
