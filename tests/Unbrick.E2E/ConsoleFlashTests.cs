using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>Firmware through a loader's menu, with a real serial port, a real cable and our own server beside: one command from power-on to the kernel.</summary>
public sealed class ConsoleFlashTests
{
    private const int Kernel = 0x18_0000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("")]
    [InlineData("fault:drop=0.2%,seed=5:")]
    public async Task A_router_gets_its_firmware_by_its_menu_and_the_machine_is_as_before(string faults)
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false, deviceHasAddress: false);
        using Scratch scratch = new();
        string image = Path.Combine(Paths.Repository, "samples", "uimage", "firmware.bin"), port = scratch.Beside("ttyUSB0");
        byte[] firmware = await File.ReadAllBytesAsync(image, TestContext.Current.CancellationToken);
        Ended ended;
        SimulatedConsole router = SimulatedConsole.Start(cable, $"{faults}sim:console/ralink?power=off", port);
        await using (router)
        await using (Peer command = cable.Server.Start(
            [Paths.Unbrick, "console", "flash", image, "--device", "mi-router-4a-gigabit", "-p", port, "--interface", Cable.Adapter, "--address", "192.168.31.100/24", "--anyway", "--yes", "--json"],
            scratch.Environment))
        {
            int asked = 0;
            await router.UntilAsync(Follow, "end", s_limit);

            // A person does what it says.
            bool Follow()
            {
                for (int times = command.Output.Split("Switch the device off and on").Length - 1; asked < times; asked++)
                    router.PowerCycle();
                return command.HasExited;
            }
            ended = await command.EndAsync(s_limit);
        }

        JsonElement result = JsonLines.Parse(ended.Output)[^1];
        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Equal("done", result.GetProperty("outcome").GetString());
        Assert.True(router.Board.HasStartedKernel);
        Assert.Empty(router.Board.Forbidden);
        Assert.Equal(firmware, router.Board.Flash.Slice(Kernel, firmware.Length).ToArray());
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
    }
}
