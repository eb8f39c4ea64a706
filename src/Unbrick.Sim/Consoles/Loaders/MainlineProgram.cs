using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>U-Boot 2023.01 as Debian builds it for QEMU's virt board: hush, mapped NOR flash, a countdown of two seconds.</summary>
internal sealed class MainlineProgram() : UBootProgram(s_options)
{
    private static readonly UBootOptions s_options = new()
    {
        Prompt = "=> ",
        Version = "U-Boot 2023.01+dfsg-2 (Jan 17 2023 - 12:31:02 +0000)\n\ncc (simulated)",
        Hush = true,
        HasSf = true,
        HasTftpPut = true,
        FlashBase = 0x0400_0000,
        FlashSize = 16 << 20,
        RamBase = 0x4000_0000,
        RamSize = 256 << 20,
        Mips = false,
        EnvironmentAt = 0x3_0000,
        EnvironmentSize = 0x1_0000,
        KernelAt = 0x10_0000,
        LoadAddress = 0x4020_0000,
        Environment = new Dictionary<string, string>
        {
            ["baudrate"] = "115200",
            ["bootcmd"] = "bootm 0x04100000",
            ["bootdelay"] = "2",
            ["ethaddr"] = "52:54:00:12:34:56",
            ["loadaddr"] = "0x40200000",
        },
        Tftp = UBootTftpOptions.UBoot2022 with { AskedBlockSize = 1468 },
    };

    protected override IEnumerable<SimWait> Start()
    {
        yield return SimWait.Call(PowerUp(40, 500));
        yield return SimWait.Call(Tell("\n\nU-Boot 2023.01+dfsg-2 (Jan 17 2023 - 12:31:02 +0000)\n", 20));
        Print("DRAM:  ");
        yield return SimWait.Busy(Random.Next(10, 200));
        yield return SimWait.Call(Tell("256 MiB\nCore:  42 devices, 12 uclasses, devicetree: board\nFlash: 16 MiB", 25));
        Print("Loading Environment from Flash... ");
        yield return SimWait.Busy(Random.Next(5, 60));
        Print(HasEnvironment ? "OK\n" : "*** Warning - bad CRC, using default environment\n\n");
        yield return SimWait.Call(Tell("In:    serial\nOut:   serial\nErr:   serial\nNet:   eth0: simulated", 15));
        if (BootDelay(2) is >= 0 and int delay)
        {
            yield return SimWait.Call(CountDown("Hit any key to stop autoboot: ", delay, _ => true));
            if (Pressed is null)
                yield return SimWait.Call(AutoBoot());
        }
        yield return SimWait.Call(Commands());
    }
}
