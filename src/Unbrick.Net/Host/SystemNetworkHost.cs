namespace Unbrick.Net.Host;

/// <summary>The real network of the machine we run on.</summary>
public static class SystemNetworkHost
{
    /// <summary>Chooses by operating system: rtnetlink on Linux, the system's own commands on Windows and macOS.</summary>
    /// <param name="openStack">Makes the stack of this system; one for every thread that polls.</param>
    public static INetworkHost Create(Func<INetworkStack> openStack) => OperatingSystem.IsLinux()
        ? new LinuxNetworkHost(openStack)
        : new CommandNetworkHost(
            OperatingSystem.IsWindows() ? HostCommands.Windows : HostCommands.Mac, openStack, PortableAdapters.Look, CommandRunner.Run,
            () => Environment.IsPrivilegedProcess);
}
