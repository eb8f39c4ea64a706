namespace Unbrick.Formats.Kernel;

/// <summary>Words for the numbers of a uImage header (u-boot include/image.h), as mkimage -A, -O, -T and -C take them.</summary>
internal static class UImageNames
{
    public static string Arch(byte id) => id switch
    {
        1 => "alpha",
        2 => "arm",
        3 => "x86",
        4 => "ia64",
        5 => "mips",
        6 => "mips64",
        7 => "powerpc",
        8 => "s390",
        9 => "sh",
        10 => "sparc",
        15 => "nios2",
        16 => "microblaze",
        22 => "arm64",
        24 => "x86_64",
        26 => "riscv",
        _ => $"arch {id}",
    };

    public static string Os(byte id) => id switch
    {
        2 => "netbsd",
        5 => "linux",
        14 => "vxworks",
        16 => "qnx",
        17 => "u-boot",
        18 => "rtems",
        21 => "ose",
        25 => "arm-trusted-firmware",
        _ => $"os {id}",
    };

    public static string Type(byte id) => id switch
    {
        1 => "standalone",
        2 => "kernel",
        3 => "ramdisk",
        4 => "multi",
        5 => "firmware",
        6 => "script",
        7 => "filesystem",
        8 => "flat_dt",
        14 => "kernel_noload",
        _ => $"type {id}",
    };

    public static string Compression(byte id) => id switch
    {
        0 => "none",
        1 => "gzip",
        2 => "bzip2",
        3 => "lzma",
        4 => "lzo",
        5 => "lz4",
        6 => "zstd",
        _ => $"compression {id}",
    };
}
