using System.Net;
using System.Net.Sockets;
using Unbrick.Net.Host;

namespace Unbrick.Tests.Net.Host;

public sealed class SystemNetworkHostTests
{
    private readonly INetworkHost _host = SystemNetworkHost.Create(() => throw new InvalidOperationException("opened"));

    [Fact]
    public void The_loopback_of_this_machine_is_seen() =>
        Assert.Contains(_host.Adapters(), adapter => adapter.Kind == AdapterKind.Loopback);

    [Fact]
    public void An_adapter_that_is_not_there_is_said_to_be_missing()
    {
        AdapterAddress address = new(IPAddress.Parse("192.0.2.66"), 24);
        foreach (Action act in (Action[])
            [
                () => _host.AddAddress("none such", address), () => _host.RemoveAddress("none such", address),
                () => _host.Enable("none such"), () => _host.Disable("none such"),
            ])
            Assert.Equal(NetworkFailure.NoSuchAdapter, Assert.Throws<NetworkException>(act).Failure);
    }

    [Fact]
    public void A_stack_comes_from_the_factory() =>
        Assert.Equal("opened", Assert.Throws<InvalidOperationException>(() => _host.OpenStack()).Message);

    [Fact]
    public void Our_own_port_is_found_to_be_ours()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string? owner = _host.OwnerOfUdpPort(((IPEndPoint)socket.LocalEndPoint!).Port);
        if (OperatingSystem.IsMacOS())
            Assert.Null(owner);
        else
            Assert.Contains($"(pid {Environment.ProcessId})", owner, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, NetworkFailure.NotPermitted)]
    [InlineData(13, NetworkFailure.NotPermitted)]
    [InlineData(17, NetworkFailure.AddressExists)]
    [InlineData(19, NetworkFailure.NoSuchAdapter)]
    [InlineData(99, NetworkFailure.NoSuchAddress)]
    [InlineData(95, NetworkFailure.NotSupported)]
    [InlineData(22, NetworkFailure.Other)]
    public void Error_numbers_of_linux_have_a_meaning(int errno, NetworkFailure expected)
    {
        NetworkException e = Assert.Throws<NetworkException>(() => LinuxErrors.ThrowUnlessDone(errno, "adding 10.0.0.1/8 to eth0"));
        Assert.Equal(expected, e.Failure);
        Assert.StartsWith("adding 10.0.0.1/8 to eth0: ", e.Message, StringComparison.Ordinal);
    }
}
