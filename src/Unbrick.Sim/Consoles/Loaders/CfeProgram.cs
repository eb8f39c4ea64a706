namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>CFE of Broadcom (log of an EA6900; dd-wrt's wiki, Serial Recovery).</summary>
internal sealed class CfeProgram : LineProgram
{
    private const byte Interrupt = 3;
    private readonly SortedDictionary<string, string> _nvram = new(StringComparer.Ordinal) { ["boot_wait"] = "on", ["lan_ipaddr"] = "192.168.1.1" };

    public override IEnumerable<SimWait> Run()
    {
        yield return SimWait.Call(PowerUp(40, 500));
        yield return SimWait.Call(Tell("\n\nCFE version 5.100.138.9 based on BBP 1.0.37 for BCM947XX (32bit,SP,LE)\nBuild Date: Tue Mar 27 18:22:42 CST 2012", 15));
        yield return SimWait.Call(Tell("Copyright (C) 2000-2008 Broadcom Corporation.\n\nInit Arena\nInit Devs.\nBoot partition size = 262144(0x40000)", 20));
        yield return SimWait.Call(Tell("et0: Broadcom BCM47XX 10/100/1000 Mbps Ethernet Controller 5.100.138.9\nCPU type 0x19749: 600MHz\nTot mem: 65536 KBytes\n", 40));
        yield return SimWait.Call(Tell("Device eth0:  hwaddr 00-AA-BB-CC-DD-40, ipaddr 192.168.1.1, mask 255.255.255.0\n        gateway not set, nameserver not set", 10));
        yield return SimWait.Call(Window(1.3, key => key == Interrupt));
        if (Pressed is null)
        {
            yield return SimWait.Call(Tell("Loader:raw Filesys:raw Dev:flash0.os File: Options:(null)\nLoading: .. 3848 bytes read\nEntry at 0x80001000\nClosing network.", 30));
            yield return SimWait.Call(Kernel("Starting program at 0x80001000\n"));
        }
        Print("Automatic startup canceled via Ctrl-C\n");
        yield return SimWait.Call(Prompt("CFE> ", Answer));
    }

    private string? Answer(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words[0], words.Length > 1 ? words[1] : "")
        {
            case ("reboot" or "reset", _):
                return null;
            case ("help", _):
                return "nvram               NVRAM utility.\nflash               Update a flash memory device\nreboot              Reboot.\n*** command status = 0";
            case ("nvram", "show"):
                return string.Concat(_nvram.Select(v => $"{v.Key}={v.Value}\n")) + "*** command status = 0";
            case ("nvram", "get") when words.Length > 2:
                return $"{_nvram.GetValueOrDefault(words[2], "")}\n*** command status = 0";
            case ("nvram", "set") when words.Length > 2 && words[2].IndexOf('=', StringComparison.Ordinal) is > 0 and int at:
                _nvram[words[2][..at]] = words[2][(at + 1)..];
                return "*** command status = 0";
            case ("nvram", "commit" or "erase"):
                return "*** command status = 0";
            default:
                return $"Invalid command: \"{words[0]}\"\n*** command status = -1";
        }
    }
}
