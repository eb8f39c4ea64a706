namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>RedBoot with a boot script (RedBoot user's guide).</summary>
internal sealed class RedBootProgram : LineProgram
{
    private const byte Interrupt = 3;

    public override IEnumerable<SimWait> Run()
    {
        yield return SimWait.Call(PowerUp(40, 500));
        yield return SimWait.Call(Tell("\n+Ethernet eth0: MAC address 00:aa:bb:cc:dd:50\nIP: 192.168.1.1/255.255.255.0, Gateway: 0.0.0.0\nDefault server: 0.0.0.0\n", 60));
        yield return SimWait.Call(Tell("RedBoot(tm) bootstrap and debug environment [ROMRAM]\nNon-certified release, version UNKNOWN - built 16:57:51, Feb  7 2008\n", 15));
        yield return SimWait.Call(Tell("Copyright (C) 2000, 2001, 2002, 2003, 2004 Red Hat, Inc.\n\nBoard: ap61 \nRAM: 0x80000000-0x82000000, [0x8003fd60-0x80fe1000] available", 10));
        Print("FLASH: 0xbfc00000 - 0xc03f0000, 128 blocks of 0x00010000 bytes each.\n== Executing boot script in 2.000 seconds - enter ^C to abort\n");
        yield return SimWait.Call(Window(2, key => key == Interrupt));
        if (Pressed is null)
        {
            yield return SimWait.Call(Tell("RedBoot> fis load -l vmlinux.bin.l7\nImage loaded from 0x80041000-0x80310085\nRedBoot> exec", 80));
            yield return SimWait.Call(Kernel("Now booting linux kernel:\n Base address 0x80030000 Entry 0x80041000\n Cmdline : \n"));
        }
        Print("^C\n");
        yield return SimWait.Call(Prompt("RedBoot> ", line => line.Split(' ')[0] switch
        {
            "reset" => null,
            "version" => "RedBoot(tm) bootstrap and debug environment [ROMRAM]",
            "fis" => "Name              FLASH addr  Mem addr    Length      Entry point\nRedBoot           0xBFC00000  0xBFC00000  0x00030000  0x00000000",
            "help" => "Manage Flash Images\n   fis {cmds}\nReset the system\n   reset",
            _ => "** Error: Illegal command: \"" + line.Split(' ')[0] + "\"",
        }));
    }
}
