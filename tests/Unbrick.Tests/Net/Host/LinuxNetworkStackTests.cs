using Unbrick.Net.Host;

namespace Unbrick.Tests.Net.Host;

/// <summary>Where there is no Linux the other stack is what there is, and is what is tested.</summary>
public sealed class LinuxNetworkStackTests() : NetworkStackTests(OperatingSystem.IsLinux()
    ? new LinuxNetworkStack(TimeProvider.System)
    : new SocketNetworkStack(TimeProvider.System));
