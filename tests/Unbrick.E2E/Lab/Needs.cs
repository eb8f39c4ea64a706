namespace Unbrick.E2E.Lab;

/// <summary>
/// What a test cannot do without. When it is missing, the test is skipped and says why; it never passes without having looked.
/// </summary>
internal static class Needs
{
    private static readonly string[] s_folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>Network namespaces, and the programs named.</summary>
    public static void Namespaces(params string[] programs)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network namespaces are a Linux thing");
        Assert.SkipUnless(MayMakeNetworks(), "network namespaces need root (CAP_SYS_ADMIN and CAP_NET_ADMIN)");
        Programs(["ip", .. programs]);
    }

    /// <summary>Programs on PATH.</summary>
    public static void Programs(params string[] programs)
    {
        foreach (string program in programs)
            Assert.SkipUnless(Find(program) is not null, $"{program} is not installed (lab/net/get-peers.sh gets it)");
    }

    /// <summary>A C tool of the lab.</summary>
    public static void Tool(string name) =>
        Assert.SkipUnless(File.Exists(Paths.LabTool(name)), $"{name} is not built (make -C lab/net)");

    /// <summary>The virtual programmers of <c>bench/spi</c>, and the programs named.</summary>
    public static void SpiLab(params string[] programs)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the virtual programmers are libraries of Linux");
        Assert.SkipUnless(
            File.Exists(Path.Combine(Paths.SpiLab, "libvspidev.so")), "the virtual programmers are not built (bench/spi/libusb_shim/build.sh)");
        Programs(programs);
    }

    /// <summary>QEMU and Debian's U-Boot for one of uboot-lab.py's boards.</summary>
    public static void UBoot(string board)
    {
        Namespaces("python3", "nft", board == "maltael" ? "qemu-system-mipsel" : "qemu-system-arm");
        string firmware = $"/usr/lib/u-boot/{board}/u-boot.bin";
        Assert.SkipUnless(File.Exists(firmware), $"{firmware} is missing (Debian's u-boot-qemu; lab/net/get-peers.sh gets it)");
    }

    /// <summary>Root in a container may well lack these.</summary>
    private static bool MayMakeNetworks()
    {
        const ulong netAdmin = 1UL << 12, sysAdmin = 1UL << 21; // linux/capability.h
        string effective = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        ulong mask = Convert.ToUInt64(effective["CapEff:".Length..].Trim(), 16);
        return (mask & (netAdmin | sysAdmin)) == (netAdmin | sysAdmin);
    }

    /// <summary>The full path of a program; null when it is not there.</summary>
    public static string? Find(string program) =>
        s_folders.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
