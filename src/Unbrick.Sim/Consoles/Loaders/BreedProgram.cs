namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>Breed (the log in openwrt/openwrt#518). Assumed: its countdown.</summary>
internal sealed class BreedProgram : LineProgram
{
    public override IEnumerable<SimWait> Run()
    {
        yield return SimWait.Call(PowerUp(50, 600));
        yield return SimWait.Call(Tell("\n\nBoot and Recovery Environment for Embedded Devices\nCopyright (C) 2019 HackPascal\nVersion 1.1 (r1237)\n\nDRAM: 128MB", 15));
        yield return SimWait.Call(Tell("Platform: MediaTek MT7620A ver 2, eco 6\nBoard: Youku YK1\nClocks: CPU: 580MHz, Bus: 193MHz", 15));
        yield return SimWait.Call(Tell("Flash: Winbond W25Q64BV (8MB) on rt2880-spi\nrt2880-eth: Using MAC address 00:aa:bb:cc:dd:30", 40));
        yield return SimWait.Call(Tell("eth0: MediaTek MT7620A built-in 5-port 10/100M switch\n\nNetwork started on eth0, inet addr 192.168.1.1, netmask 255.255.255.0\n", 60));
        Print("Press any key to interrupt autoboot: 1 ");
        yield return SimWait.Call(Window(1.2, _ => true));
        Print("\n");
        if (Pressed is null)
        {
            Print("Booting from 0x00050000 ...\n");
            yield return SimWait.Call(Kernel());
        }
        yield return SimWait.Call(Prompt("breed> ", Answer));
    }

    private static string? Answer(string line) => line.Split(' ')[0] switch
    {
        "help" => "autoboot  - continue to boot\nflash     - read, write and erase flash\nreset     - reset the board\nversion   - print the version",
        "version" => "Version 1.1 (r1237)",
        "reset" => null,
        _ => $"Error: command '{line.Split(' ')[0]}' not found",
    };
}
