using System.Net;
using System.Text;
using Unbrick.Net;
using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>
/// U-Boot 1.1.3 of Ralink's and MediaTek's SDK with its menu (XiaomiRouter/U-boot lib_mips/board.c and drivers/rt2880_eth.c; the log of a Xiaomi R4A,
/// thread 003). Entry 2 burns any file without looking at it. Entries 7 and 9 overwrite the loader itself: they are noted, and nothing is
/// written.
/// </summary>
internal sealed class RalinkProgram() : UBootProgram(s_options)
{
    private const int LineLimit = 60;

    private static readonly UBootOptions s_options = new()
    {
        Prompt = "MT7621 # ",
        Version = "U-Boot 1.1.3 (May 11 2020 - 10:41:20)",
        Old = true,
        FlashBase = 0xBC00_0000,
        RamSize = 128 << 20,
        EnvironmentAt = 0x3_0000,
        KernelAt = 0x18_0000,
        LoadAddress = 0x8010_0000,
        Lacks = new HashSet<string> { "cmp.b", "loadx", "loady", "flinfo", "sf" },
        Environment = new Dictionary<string, string>
        {
            ["baudrate"] = "115200",
            ["bootcmd"] = "tftp",
            ["bootdelay"] = "5",
            ["bootfile"] = "",
            ["ethaddr"] = "\"00:AA:BB:CC:DD:10\"",
            ["ipaddr"] = "192.168.31.1",
            ["serverip"] = "192.168.31.2",
        },
        Tftp = UBootTftpOptions.UBoot11 with { RalinkConsole = true, TimeoutSeconds = 3 },
    };

    protected override IEnumerable<SimWait> Start()
    {
        yield return SimWait.Call(PowerUp(60, 700));
        yield return SimWait.Call(Tell(Stage1, 6));
        yield return SimWait.Call(Tell("\n\nU-Boot 1.1.3 (May 11 2020 - 10:41:20)\n\nBoard: Ralink APSoC DRAM:  128 MB", 30));
        yield return SimWait.Call(Tell("relocate_code Pointer at: 87fb0000\nflash manufacture id: ef, device id 40 18\nfind flash: W25Q128BV", 25));
        yield return SimWait.Call(Tell(Banner, 8));
        int seconds = BootDelay(5);
        yield return SimWait.Call(Tell(Menu, 2));
        yield return SimWait.Call(CountDown("", seconds, _ => true));
        yield return SimWait.Call(Choose(Pressed ?? (byte)'3', Pressed is not null));
        yield return SimWait.Call(Commands());
    }

    protected override IEnumerable<SimWait>? Own(IReadOnlyList<string> words) => words[0] switch
    {
        "spi" when words.Count > 1 => Spi(words),
        _ => null,
    };

    private static string Stage1 => """

        ===================================================================
                        MT7621   stage1 code Oct 28 2018 20:39:32 (ASIC)
                        CPU=500000000 HZ BUS=166666666 HZ
        ==================================================================
        Change MPLL source from XTAL to CR...
        do MEMPLL setting..
        === XTAL-40Mhz === DDR-1200Mhz ===
        do DDR setting..[01F40000]
        Apply DDR3 Setting...(use customer AC)
        [EMI] DRAMC calibration passed

        ===================================================================
                        MT7621   stage1 code done 
        ===================================================================
        """;

    private static string Banner => """
        ============================================ 
        Ralink UBoot Version: 5.0.0.0
        -------------------------------------------- 
        ASIC MT7621A DualCore (MAC to MT7530 Mode)
        DRAM_CONF_FROM: Auto-Detection 
        DRAM_TYPE: DDR3 
        DRAM bus: 16 bit
        Xtal Mode=3 OCP Ratio=1/3
        Flash component: SPI Flash
        Date:May 11 2020  Time:10:41:20
        ============================================ 
        icache: sets:256, ways:4, linesz:32 ,total:32768
        dcache: sets:256, ways:4, linesz:32 ,total:32768 

         ##### The CPU freq = 880 MHZ #### 
         estimate memory size =128 Mbytes
        #Reset_MT7530
        set LAN/WAN LLLLW
        """;

    private static string Menu => """

        Please choose the operation: 
           1: Load system code to SDRAM via TFTP. 
           2: Load system code then write to Flash via TFTP. 
           3: Boot system code via Flash (default).
           4: Entr boot command line interface.
           7: Load Boot Loader code then write to Flash via Serial. 
           9: Load Boot Loader code then write to Flash via TFTP. 
        """;

    private IEnumerable<SimWait> Choose(byte key, bool byHand)
    {
        // An unknown key is a 4 (board.c).
        char choice = key is (byte)'1' or (byte)'2' or (byte)'3' or (byte)'7' or (byte)'9' or (byte)'0' ? (char)key : '4';
        if (byHand)
            Print($"\nYou choosed {choice}\n\n");
        yield return SimWait.Busy(Random.Next(20, 120));
        switch (choice)
        {
            case '1':
                Print("   \n1: System Load Linux to SDRAM via TFTP. \n");
                yield return SimWait.Call(LoadAndStart(writes: false));
                break;
            case '2':
                Print("   \n2: System Load Linux Kernel then write to Flash via TFTP. \n Warning!! Erase Linux in Flash then burn new one. Are you sure?(Y/N)\n");
                yield return SimWait.Call(OneKey());
                if (Pressed is (byte)'Y' or (byte)'y')
                    yield return SimWait.Call(LoadAndStart(writes: true));
                else
                    Print(" Operation terminated\n");
                break;
            case '3':
                Print("   \n3: System Boot system code via Flash.\n");
                yield return SimWait.Call(AutoBoot());
                break;
            case '7' or '9' or '0':
                Device.ForbiddenList.Add($"menu entry {choice}: overwrites the boot loader");
                Print($"   \n{choice}: System Load Boot Loader then write to Flash via {(choice == '9' ? "TFTP" : "Serial")}. \n");
                break;
            default:
                Print($"   \n4: System Enter Boot Command Line Interface.\n\n{Options.Version}\n");
                break;
        }
    }

    private IEnumerable<SimWait> OneKey()
    {
        do
            yield return SimWait.Call(GetKey(TimeSpan.FromHours(1)));
        while (Pressed is null);
    }

    /// <summary>Three questions whose old answers stand in the line already.</summary>
    private IEnumerable<SimWait> LoadAndStart(bool writes)
    {
        string[] names = ["ipaddr", "serverip", "bootfile"], asks = ["device IP", "server IP", "Linux Kernel filename"];
        Print(" Please Input new ones /or Ctrl-C to discard\n");
        for (int i = 0; i < names.Length; i++)
        {
            string old = Environment.Values.GetValueOrDefault(names[i], "");
            yield return SimWait.Call(ReadLine($"\tInput {asks[i]} ({old}) ==:", LineLimit, old));
            if (IsInterrupted)
            {
                Print("\n Abort\n");
                yield break;
            }
            Environment.Values[names[i]] = Line;
        }
        Print("\n NetTxPacket = 0x87FE52C0 \n\n KSEG1ADDR(NetTxPacket) = 0xA7FE52C0 \n\n NetLoop,call eth_halt ! \n\n NetLoop,call eth_init ! \nTrying Eth0 (10/100-M)\n");
        yield return SimWait.Busy(Random.Next(300, 1500));
        Print("\n Waitting for RX_DMA_BUSY status Start... done\n\n\n ETH_STATE_ACTIVE!! \n");
        yield return SimWait.Call(Fetch(Options.LoadAddress, Environment.Values["bootfile"], Ip("ipaddr"), Ip("serverip")));
        if (!Device.NetworkIsDone)
            yield break;
        int size = int.Parse(Environment.Values["filesize"], System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture);
        Print($"LoadAddr={Options.LoadAddress:x8} NetBootFileXferSize= {size:x8}\n");
        if (!writes)
        {
            yield return SimWait.Call(Boot(Options.LoadAddress));
            yield break;
        }
        if (size > Memory.Flash.Length - Options.KernelAt)
        {
            Print($"Abort: image size larger than {Memory.Flash.Length - Options.KernelAt}!\n");
            yield break;
        }
        yield return SimWait.Call(Burn(size));
        yield return SimWait.Call(AutoBoot());
    }

    private IEnumerable<SimWait> Burn(int size)
    {
        Print($" Writing OS1 to 0x{Options.KernelAt:x}\nraspi_erase_write: offs:{Options.KernelAt:x}, count:{size:x}\n");
        int whole = size / Memory.Sector * Memory.Sector;
        byte[] image = Memory.Read(Options.LoadAddress, size);
        if (whole > 0)
        {
            Print($"raspi_erase: offs:{Options.KernelAt:x} len:{whole:x}\n");
            yield return SimWait.Call(EraseFlash(Options.KernelAt, whole, "."));
            Print("\n");
            yield return SimWait.Call(WriteDots(Options.KernelAt, image[..whole]));
        }
        if (whole < size)
        {
            Print($"raspi_erase: offs:{Options.KernelAt + whole:x} len:{Memory.Sector:x}\n");
            yield return SimWait.Call(EraseFlash(Options.KernelAt + whole, Memory.Sector, "."));
            Print("\n");
            yield return SimWait.Call(WriteDots(Options.KernelAt + whole, image[whole..]));
        }
        Print("Done!\n");
    }

    private IEnumerable<SimWait> WriteDots(int at, byte[] bytes)
    {
        for (int done = 0; done < bytes.Length; done += Memory.Sector)
        {
            yield return SimWait.Call(WriteFlash(at + done, bytes[done..Math.Min(bytes.Length, done + Memory.Sector)]));
            Print(".");
        }
        Print("\n");
    }

    private IEnumerable<SimWait> Spi(IReadOnlyList<string> words)
    {
        if (words[1] == "read" && TryHex(words, 2, out ulong from) && TryHex(words, 3, out ulong count) && from + count <= (ulong)Memory.Flash.Length)
        {
            if (TryHex(words, 4, out ulong to))
                yield return SimWait.Call(ReadFlash(to, (int)from, (int)count));
            Print("read len: " + count + "\n");
        }
        else if (words[1] == "erase" && TryHex(words, 2, out ulong at) && TryHex(words, 3, out ulong length) && at + length <= (ulong)Memory.Flash.Length)
        {
            Print($"erase offs 0x{at:x}, len 0x{length:x}\nraspi_erase: offs:{at:x} len:{length:x}\n");
            yield return SimWait.Call(EraseFlash((int)at, (int)length, "."));
            Print("\n");
        }
        else if (words[1] == "write" && TryHex(words, 2, out ulong ram) && TryHex(words, 3, out ulong offset) && TryHex(words, 4, out ulong size)
            && offset + size <= (ulong)Memory.Flash.Length)
        {
            Print($"write offs 0x{offset:x}, len 0x{size:x}\n");
            yield return SimWait.Call(WriteDots((int)offset, Memory.Read(ram, (int)size)));
        }
        else
        {
            Fail(new StringBuilder("Usage:\nspi spi usage:\n").Append("  spi id\n  spi sr read\n  spi read <addr> <len>\n  spi erase <offs> <len>\n  spi write <offs> <hex_str_value>\n").ToString());
        }
    }

    private IPAddress? Ip(string name) => Ipv4.TryParse(Environment.Values.GetValueOrDefault(name, ""), out IPAddress address) ? address : null;
}
