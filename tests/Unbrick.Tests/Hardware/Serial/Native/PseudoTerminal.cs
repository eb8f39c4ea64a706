using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unbrick.Tests.Hardware.Serial.Native;

/// <summary>The controlling end of a pseudo-terminal of Linux; its other end is a serial port without a wire.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControlCloseOnExec = 2 | 0x100 | 0x80000;

    private readonly FileStream _stream;

    public PseudoTerminal()
    {
        int descriptor = Open("/dev/ptmx", ReadWriteNoControlCloseOnExec);
        Assert.True(descriptor >= 0, Marshal.GetLastPInvokeErrorMessage());
        Assert.Equal(0, Unlock(descriptor));
        byte[] name = new byte[64];
        Assert.Equal(0, Name(descriptor, name, (nuint)name.Length));
        Path = System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0');
        _stream = new FileStream(new SafeFileHandle(descriptor, true), FileAccess.ReadWrite, 0);
    }

    /// <summary>The other end: <c>/dev/pts/5</c>.</summary>
    public string Path { get; }

    /// <summary>What the other end has set: the code of its rate (CBAUD), and the rate.</summary>
    public (uint Code, int Baud) Rate
    {
        get
        {
            byte[] terminal = new byte[44];
            Assert.Equal(0, Control((int)_stream.SafeFileHandle.DangerousGetHandle(), 0x802C_542A, terminal)); // TCGETS2
            return (BitConverter.ToUInt32(terminal, 8) & 0x100F, BitConverter.ToInt32(terminal, 40));
        }
    }

    public void Send(params ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    public byte[] Receive(int count)
    {
        byte[] got = new byte[count];
        _stream.ReadExactly(got);
        return got;
    }

    public void Dispose() => _stream.Dispose();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, [Out] byte[] terminal);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int Name(int descriptor, [Out] byte[] name, nuint length);
}
