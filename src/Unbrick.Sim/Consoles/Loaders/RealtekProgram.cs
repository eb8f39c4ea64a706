namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>Boot code of Realtek's RTL819x: no countdown, an ESC in less than a second (logs of RTL8197F boards).</summary>
internal sealed class RealtekProgram : LineProgram
{
    private const byte Escape = 0x1B;

    public override IEnumerable<SimWait> Run()
    {
        yield return SimWait.Call(PowerUp(40, 400));
        yield return SimWait.Call(Tell("\nBooting...\ninit_ram\n\nDRAM Type: DDR2\n\tDRAM frequency: 400MHz\n\tDRAM Size: 64MB", 15));
        yield return SimWait.Call(Tell("JEDEC id EF4017, EXT id 0xEF40\nfound w25q64\nflash vendor: Winbond\nw25q64, size=8MB, erasesize=4KB, max_speed_hz=75000000Hz\n", 15));
        Print("---Realtek RTL8197F boot code at 2018.03.20-14:37+0800 v3.4T-pre2.1 (999MHz)\n");
        yield return SimWait.Call(Window(0.6, key => key == Escape));
        if (Pressed is null)
        {
            yield return SimWait.Call(Tell("Jump to image start=0x80a00000...\nreturn_addr = b0030000 ,boot bank=1, bank_mark=0x80000001...", 20));
            yield return SimWait.Call(Kernel("decompressing kernel:\nUncompressing Linux... done, booting the kernel.\ndone decompressing kernel.\nstart address: 0x80574d90\n"));
        }
        Print("\n---Escape booting by user\n\n---Ethernet init Okay!\n");
        yield return SimWait.Call(Prompt("<RealTek>", line => line.Split(' ')[0].ToUpperInvariant() switch
        {
            "?" or "HELP" => "----------------- COMMAND MODE HELP ------------------\nDB <Address> <Len>\nDW <Address> <Len>\nIPCONFIG:<TargetAddress>\nJ: Jump to <TargetAddress>",
            "IPCONFIG" => " Target Address=192.168.1.6",
            "REBOOT" => null,
            _ => "Unknown command !",
        }));
    }
}
