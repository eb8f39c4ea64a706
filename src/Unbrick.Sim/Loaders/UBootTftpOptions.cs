namespace Unbrick.Sim.Loaders;

/// <summary>
/// How one generation of U-Boot loads a file. Sources: net/tftp.c of cidermole/ralink-uboot and bizongod/u-boot_wdr7500v6 (both 1.1.x),
/// of u-boot/u-boot v2018.01, and of a v2022.10 tree (eshattow/spacemit-com-uboot-2022.10).
/// </summary>
public sealed record UBootTftpOptions
{
    /// <summary>
    /// 1.1.x: blocks of 512 without asking, every arrival of block 0 is a wrap, a wrap gives no lives back, any error is tried again.
    /// </summary>
    public static UBootTftpOptions UBoot11 { get; } = new();

    /// <summary>v1.3 to about v2014: asks for blksize 1468; a wrap gives the ten lives back.</summary>
    public static UBootTftpOptions UBoot13 { get; } = new() { AskedBlockSize = 1468, WrapRestoresLives = true };

    /// <summary>
    /// To v2020.07: a block 0 right after a block 0 is no second wrap; errors 1 and 2 end it; without <c>netretry</c> it gives up.
    /// </summary>
    public static UBootTftpOptions UBoot2018 { get; } = UBoot13 with
    {
        CountsRepeatedWraps = false,
        EndsOnNotFound = true,
        PrintsRate = true,
        PrintsBadChecksums = false,
        RestartDelay = null,
        Adapter = "eth0",
    };

    /// <summary>From v2020.10 on: blocks in order only; checks what the OACK says.</summary>
    public static UBootTftpOptions UBoot2022 { get; } = UBoot2018 with { InOrderOnly = true };

    /// <summary>Wait for an answer this long; also asked for as option <c>timeout</c>.</summary>
    public int TimeoutSeconds { get; init; } = 5;

    /// <summary>Time-outs of one try after which it starts again: the "ten lives".</summary>
    public int TimeoutCount { get; init; } = 10;

    /// <summary>The value of option <c>blksize</c>; null asks for none.</summary>
    public int? AskedBlockSize { get; init; }

    /// <summary>The value of option <c>windowsize</c> (RFC 7440), asked for when above 1; in-order loaders only.</summary>
    public int WindowSize { get; init; } = 1;

    /// <summary>v2020.10 and later: only the next block is taken.</summary>
    public bool InOrderOnly { get; init; }

    /// <summary>Every arrival of block 0 moves what follows by 65,536 blocks, a repeated one too.</summary>
    public bool CountsRepeatedWraps { get; init; } = true;

    /// <summary>A wrap of the block number sets the count of time-outs to 0.</summary>
    public bool WrapRestoresLives { get; init; }

    /// <summary>Errors 1 (not found) and 2 (access) are final.</summary>
    public bool EndsOnNotFound { get; init; }

    /// <summary>Prints the transfer rate at the end.</summary>
    public bool PrintsRate { get; init; }

    /// <summary>Prints "checksum bad" for IP headers (before v2009.11).</summary>
    public bool PrintsBadChecksums { get; init; } = true;

    /// <summary>
    /// Ralink's tree says more: the count of tries beside the load address, and every ARP packet (log of a Xiaomi R4A, thread 002).
    /// </summary>
    public bool RalinkConsole { get; init; }

    /// <summary>
    /// Rest before it starts again: 10 s (NetStartAgain in net/net.c); null gives up instead, as newer ones do unless <c>netretry</c>
    /// is set.
    /// </summary>
    public TimeSpan? RestartDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Named in "Using … device"; null prints no such line.</summary>
    public string? Adapter { get; init; }

    /// <summary>Where the file goes, as printed.</summary>
    public uint LoadAddress { get; init; } = 0x8100_0000;

    /// <summary>Bytes of RAM from the load address on.</summary>
    public int RamSize { get; init; } = 0x0600_0000;
}
