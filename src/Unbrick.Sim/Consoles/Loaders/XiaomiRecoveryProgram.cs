using System.Buffers.Binary;
using System.Text;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>
/// Xiaomi's recovery on a Router 4A Gigabit, the button held (both logs of thread 002): an address and a name by DHCP, the file, the checks, the
/// write. Nobody is asked anything. Assumed: after a refusal it begins again, and after the write it restarts.
/// </summary>
internal sealed class XiaomiRecoveryProgram : LoaderProgram
{
    private const int SettingsAt = 0x3_0000, TableAt = 0x10, MostSections = 8, SectionHeader = 48;
    private const ulong LoadAddress = 0x8200_0000;
    private static readonly string s_net =
        "\nrestore_defaults:1\n\n\n NetTxPacket = 0x87FE52C0 \n\n KSEG1ADDR(NetTxPacket) = 0xA7FE52C0 \n\n NetLoop,call eth_halt ! \n\n NetLoop,call eth_init ! \nTrying Eth0 (10/100-M)\n";

    private bool _isNew;

    protected override uint FirmwareIp => 0xC0A8_1F01;

    public override ConsoleMemory MakeMemory()
    {
        byte[] flash = new byte[16 << 20];
        flash.AsSpan().Fill(0xFF);
        return new ConsoleMemory(flash, 0x1_0000, null, 0x8000_0000, 128 << 20, mips: true);
    }

    public override IEnumerable<SimWait> Run()
    {
        yield return SimWait.Call(PowerUp(60, 700));
        yield return SimWait.Call(Tell("\n\nU-Boot 1.1.3 (May 11 2020 - 10:41:20)\n\nBoard: Ralink APSoC DRAM:  128 MB\nPower on memory test. Memory size= 128 MB...OK!", 30));
        yield return SimWait.Call(Tell("relocate_code Pointer at: 87fb0000\n\nConfig XHCI 40M PLL \nflash manufacture id: ef, device id 40 18\nfind flash: W25Q128BV", 25));
        yield return SimWait.Call(Tell("============================================ \nRalink UBoot Version: 5.0.0.0\n-------------------------------------------- ", 8));
        yield return SimWait.Call(Tell("ASIC MT7621A DualCore (MAC to MT7530 Mode)\nFlash component: SPI Flash\nDate:May 11 2020  Time:10:41:20\n#Reset_MT7530\nset LAN/WAN LLLLW", 8));
        if (_isNew)
            yield return SimWait.Call(Kernel("## Booting image at bc180000 ...\n   Verifying Checksum ... OK\n   Uncompressing Kernel Image ... OK\n\nStarting kernel ...\n\n"));
        Print(s_net);
        yield return SimWait.Busy(Random.Next(500, 2500));
        Print("\n Waitting for RX_DMA_BUSY status Start... done\n\n\n ETH_STATE_ACTIVE!! \n");
        Device.StartNetwork(new UBootSessionOptions
        {
            Tftp = UBootTftpOptions.UBoot11 with { LoadAddress = (uint)LoadAddress, RalinkConsole = true, TimeoutSeconds = 3 },
            ServerIp = new System.Net.IPAddress([192, 168, 31, 100]),
            DefaultFile = "test.bin",
        });
        while (true)
        {
            while (!Device.NetworkIsDone && !Device.NetworkGaveUp)
                yield return SimWait.ForNetwork();
            if (!Device.NetworkIsDone || Device.Network is not { } record)
                yield break;
            byte[] image = record.Received.ToArray();
            Print($"LoadAddr={LoadAddress:x8} NetBootFileXferSize= {image.Length:x8}\n");
            yield return SimWait.Busy(image.Length / 10_000.0);
            if (XiaomiImageCheck.WhyRefused(image, XiaomiRecovery.UsualLimit) is not { } reason)
            {
                yield return SimWait.Call(Upgrade(image));
                continue;
            }
            Print(reason + "========Upgrade fail!========\n");
            Device.NetworkAgain();
        }
    }

    private IEnumerable<SimWait> Upgrade(byte[] image)
    {
        Device.StopNetwork();
        Print("CRC verify success!\nRSA signature verify success!\nErasing SPI Flash...\nraspi_erase: offs:30000 len:10000\n");
        yield return SimWait.Busy(80);
        Memory.EraseSector(SettingsAt);
        Print(".\nWriting to SPI Flash...\n.\ndone\n");
        for (int i = 0; i < MostSections; i++)
        {
            int at = (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(TableAt + i * 4)));
            if (at == 0 || at > image.Length - SectionHeader)
                break;
            uint place = BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(at + 4));
            int length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(at + 8)), (uint)(image.Length - at - SectionHeader));
            if (place > Memory.Flash.Length - length)
            {
                Print($"Offset[{i}]: Invalid flash address, skip upgrade...\n");
                continue;
            }
            string name = Encoding.Latin1.GetString(image, at + 16, 32).TrimEnd('\0');
            Print($"Upgrade {name}... \nStart=0x{place:x}, Len=0x{length:x}... \n");
            yield return SimWait.Call(Burn((int)place, image.AsMemory(at + SectionHeader, length)));
        }
        Print("Done!\n");
        _isNew = true;
        Device.AskReset();
        yield return SimWait.Busy(1);
    }

    private IEnumerable<SimWait> Burn(int place, ReadOnlyMemory<byte> data)
    {
        Print($"raspi_erase_write: offs:{place:x}, count:{data.Length:x}\nraspi_erase: offs:{place:x} len:{data.Length / Memory.Sector * Memory.Sector:x}\n");
        for (int at = 0; at < data.Length; at += Memory.Sector)
        {
            yield return SimWait.Busy(Random.Next(60, 140));
            Memory.EraseSector(place + at);
            Print(".");
        }
        Print("\n");
        for (int at = 0; at < data.Length; at += Memory.Sector)
        {
            Memory.Program(place + at, data.Span.Slice(at, Math.Min(Memory.Sector, data.Length - at)));
            yield return SimWait.Busy(180);
            Print(".");
        }
        Print("\n");
    }
}
