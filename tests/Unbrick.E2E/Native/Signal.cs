using System.Runtime.InteropServices;

namespace Unbrick.E2E.Native;

/// <summary>What a test sends to a process that it started itself.</summary>
internal static partial class Signal
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    public static void Send(int pid, int signal) => _ = SendRaw(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendRaw(int pid, int signal);
}
