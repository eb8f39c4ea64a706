using Unbrick.Net.Host;

namespace Unbrick.Tests.Net.Host;

public sealed class SocketNetworkStackTests() : NetworkStackTests(new SocketNetworkStack(TimeProvider.System));
