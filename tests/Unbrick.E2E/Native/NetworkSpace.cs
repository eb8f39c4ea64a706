using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unbrick.E2E.Native;

/// <summary>Moves the calling thread into a network namespace (setns(2)); sockets that it opens then belong there. For threads of one's own only.</summary>
internal static partial class NetworkSpace
{
    private const int CloneNewNet = 0x4000_0000;

    public static void Enter(string name)
    {
        using SafeFileHandle space = File.OpenHandle($"/run/netns/{name}");
        if (SetNamespace(space, CloneNewNet) != 0)
            throw new IOException($"setns({name}): {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle space, int kind);
}
