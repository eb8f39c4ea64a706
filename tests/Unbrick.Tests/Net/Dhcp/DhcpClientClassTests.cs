using System.Text;
using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

public sealed class DhcpClientClassTests
{
    [Theory]
    [InlineData("", null, DhcpClientKind.Other)]
    [InlineData("MSFT 5.0", null, DhcpClientKind.Other)]
    [InlineData("udhcp 1.36.1", null, DhcpClientKind.Other)]
    [InlineData("U-Boot.armv7", "0015", DhcpClientKind.UBoot)]
    [InlineData("U-Boot.x86", "0000", DhcpClientKind.UBoot)]
    [InlineData("", "0016", DhcpClientKind.UBoot)]
    [InlineData("PXEClient:Arch:00000:UNDI:002001", "0000", DhcpClientKind.PxePc)]
    [InlineData("PXEClient", "0006", DhcpClientKind.PxePc)]
    [InlineData("PXEClient", "0007", DhcpClientKind.PxePc)]
    [InlineData("PXEClient", "0009", DhcpClientKind.PxePc)]
    [InlineData("PXEClient:Arch:00007:UNDI:003016", null, DhcpClientKind.PxePc)]
    [InlineData("PXEClient:Arch:00007:UNDI:003016", "07", DhcpClientKind.PxePc)]
    [InlineData("HTTPClient:Arch:00016:UNDI:003001", "0010", DhcpClientKind.PxePc)]
    [InlineData("PXEClient:Arch:00011:UNDI:003000", "000b", DhcpClientKind.PxeOther)]
    [InlineData("PXEClient", null, DhcpClientKind.PxeOther)]
    [InlineData("PXEClient", "07", DhcpClientKind.PxeOther)]
    [InlineData("PXEClient:Arch:0000", null, DhcpClientKind.PxeOther)]
    [InlineData("PXEClient:Arch:-0007", null, DhcpClientKind.PxeOther)]
    [InlineData("Etherboot-5.4", null, DhcpClientKind.Etherboot)]
    [InlineData("Mips_boot", null, DhcpClientKind.RouterBoot)]
    [InlineData("MMipsBoot", null, DhcpClientKind.RouterBoot)]
    [InlineData("ARM__boot", null, DhcpClientKind.RouterBoot)]
    [InlineData("ARM64__boot", null, DhcpClientKind.RouterBoot)]
    public void A_client_is_known_by_its_class_and_architecture(string vendorClass, string? option93, DhcpClientKind kind)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(vendorClass);
        int? architecture = DhcpClientClass.Architecture(bytes, option93 is null ? null : Convert.FromHexString(option93));
        Assert.Equal(kind, DhcpClientClass.Of(bytes, architecture));
    }
}
