using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>A real boot loader at the other end.</summary>
[Collection(Alone.Name)]
public sealed class UBootTests
{
    /// <summary>The image of thread 2, in bytes.</summary>
    private const string RealSize = "13370296";

    [Fact]
    public async Task It_gets_an_address_and_a_real_image()
    {
        Needs.UBoot("qemu_arm");

        JsonElement result = await UBootLab.LoadAsync("qemu_arm", "--size", RealSize);

        Assert.Equal(0, result.GetProperty("timeouts_T").GetInt32());
        JsonElement dhcp = result.GetProperty("dhcp");
        Assert.Equal("192.168.77.1", dhcp.Text("serverip"));
        Assert.StartsWith("192.168.77.1", dhcp.Text("address"), StringComparison.Ordinal);
        Assert.Equal("recovery.bin", dhcp.Text("bootfile"));
    }

    [Fact]
    public async Task It_learns_the_file_name_from_the_offer()
    {
        Needs.UBoot("qemu_arm");

        JsonElement result = await UBootLab.LoadAsync("qemu_arm", "--auto", "--size", "1000000");

        Assert.Equal(0, result.GetProperty("timeouts_T").GetInt32());
    }

    /// <summary>Its first request is spared: no server knows of one that never came, and only the device's own time-out repeats it.</summary>
    [Fact]
    public async Task One_frame_in_twenty_lost_each_way_costs_it_no_time_out()
    {
        Needs.UBoot("qemu_arm");

        JsonElement result = await UBootLab.LoadAsync("qemu_arm", "--loss", "5", "--loss-what", "transfer", "--size", "2000000");

        Assert.Equal(0, result.GetProperty("timeouts_T").GetInt32());
    }

    [Fact]
    public async Task It_gets_the_image_with_one_frame_in_ten_lost_each_way()
    {
        Needs.UBoot("qemu_arm");

        await UBootLab.LoadAsync("qemu_arm", "--loss", "10", "--size", "2000000");
    }

    /// <summary>A MIPS board with a network chip that stops receiving now and then by itself.</summary>
    [Fact]
    public async Task A_mips_board_with_a_bad_network_chip_gets_the_image()
    {
        Needs.UBoot("maltael");

        await UBootLab.LoadAsync("maltael", "--loss", "5", "--size", "1000000");
    }
}
