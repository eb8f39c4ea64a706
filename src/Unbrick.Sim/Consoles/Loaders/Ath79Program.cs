using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>How a U-Boot 1.1.4 for Atheros chips greets, and what stops it.</summary>
/// <param name="Banner">Its first line.</param>
/// <param name="Board">Its board.</param>
/// <param name="Prompt">Before each command.</param>
/// <param name="Asks">Before the number of seconds; with none, <paramref name="Says"/> is printed instead.</param>
/// <param name="Says">A whole line without a countdown.</param>
/// <param name="Seconds">How long it listens.</param>
/// <param name="Word">What has to be typed; empty for any key.</param>
internal sealed record Ath79Kind(string Banner, string Board, string Prompt, string? Asks, string? Says, int Seconds, string Word)
{
    /// <summary>Stock of TP-Link (lede-dev 2016-11/003652; pepe2k/u-boot_mod README).</summary>
    public static Ath79Kind TpLink { get; } = new(
        "U-Boot 1.1.4 (Build from LSDK-9.2.0.312 at May  9 2014 - 14:37:03)", "ap135 - Scorpion 1.0", "ap135> ", null, "Autobooting in 1 seconds", 1, "tpl");

    /// <summary>GL.iNet (gl-inet/uboot-ipq40xx#6).</summary>
    public static Ath79Kind GlInet { get; } = new(
        "U-Boot 1.1.4 (GL.iNet) (Mar 14 2018 - 09:02:45)", "GL AR300M", "uboot> ", "Hit \"gl\" key to stop booting: ", null, 2, "gl");

    /// <summary>pepe2k's u-boot_mod.</summary>
    public static Ath79Kind Pepe2k { get; } = new(
        "U-Boot 1.1.4-6d5cd5ee-clean (Apr 19 2020 - 12:00:00)", "AP121 (AR9331)", "u-boot> ", "Hit any key to stop booting: ", null, 1, "");
}

/// <summary>U-Boot 1.1.4 of Atheros' SDK with what its makers did to the countdown.</summary>
internal sealed class Ath79Program(Ath79Kind kind) : UBootProgram(OptionsOf(kind))
{
    protected override IEnumerable<SimWait> Start()
    {
        yield return SimWait.Call(PowerUp(40, 600));
        yield return SimWait.Call(Tell($"\n\n{kind.Banner}\n\n{kind.Board}\n\nDRAM:  128 MB", 25));
        yield return SimWait.Call(Tell("Flash Manuf Id 0xef, DeviceId0 0x40, DeviceId1 0x18\nflash size 16MB, sector count = 256\nFlash: 16 MB", 20));
        if (!HasEnvironment)
            Print("*** Warning *** : PCIe WLAN Module not found !!!\n*** Warning - bad CRC, using default environment\n\n");
        yield return SimWait.Call(Tell("In:    serial\nOut:   serial\nErr:   serial\nNet:   ath_gmac_enet_initialize...\neth0: 00:aa:bb:cc:dd:20\neth0 up", 20));
        TypedWord word = new(kind.Word);
        if (kind.Asks is { } asks)
        {
            yield return SimWait.Call(CountDown(asks, BootDelay(kind.Seconds), key => kind.Word.Length == 0 || word.Take(key)));
        }
        else
        {
            Print(kind.Says + "\n");
            yield return SimWait.Call(Listen(word));
        }
        if (Pressed is null)
            yield return SimWait.Call(AutoBoot());
        yield return SimWait.Call(Commands());
    }

    private static UBootOptions OptionsOf(Ath79Kind kind) => new()
    {
        Prompt = kind.Prompt,
        Version = kind.Banner,
        Old = true,
        FlashBase = 0x9F00_0000,
        EnvironmentAt = 0x1_0000,
        EnvironmentSize = 0x1_0000,
        KernelAt = 0x2_0000,
        LoadAddress = 0x8100_0000,
        Environment = new Dictionary<string, string>
        {
            ["baudrate"] = "115200",
            ["bootcmd"] = "bootm 0x9f020000",
            ["ethaddr"] = "00:aa:bb:cc:dd:20",
            ["ipaddr"] = "192.168.1.111",
            ["serverip"] = "192.168.1.100",
        },
        Tftp = UBootTftpOptions.UBoot11 with { Adapter = "eth1" },
    };

    /// <summary>Listens for the word, some tenths more or less than a second.</summary>
    private IEnumerable<SimWait> Listen(TypedWord word)
    {
        TimeSpan end = Device.Clock.Elapsed + TimeSpan.FromSeconds(kind.Seconds * (0.8 + 0.4 * Random.NextDouble()));
        bool stopped = false;
        while (!stopped && Device.Clock.Elapsed < end)
        {
            yield return SimWait.Call(GetKey(end - Device.Clock.Elapsed));
            stopped = Pressed is { } key && word.Take(key);
        }
        if (!stopped)
            Pressed = null;
    }
}
