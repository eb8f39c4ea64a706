using System.Runtime.InteropServices;

namespace Unbrick.Net.Host;

/// <summary>
/// What the kernel's error numbers mean for a change of the network (asm-generic/errno.h; the same on all machines .NET runs on).
/// </summary>
internal static class LinuxErrors
{
    public const int AddressNotAvailable = 99;

    /// <summary>ENOENT: no such neighbour.</summary>
    public const int NoSuchEntry = 2;

    /// <summary>The failure an errno stands for.</summary>
    public static NetworkFailure Meaning(int errno) => errno switch
    {
        1 or 13 => NetworkFailure.NotPermitted, // EPERM, EACCES
        6 or 19 => NetworkFailure.NoSuchAdapter, // ENXIO, ENODEV
        17 => NetworkFailure.AddressExists, // EEXIST
        AddressNotAvailable => NetworkFailure.NoSuchAddress,
        95 or 97 => NetworkFailure.NotSupported, // EOPNOTSUPP, EAFNOSUPPORT
        _ => NetworkFailure.Other,
    };

    /// <summary>Throws what <paramref name="errno"/> means, unless it is 0.</summary>
    public static void ThrowUnlessDone(int errno, string doing)
    {
        if (errno != 0)
            throw new NetworkException(Meaning(errno), $"{doing}: {Marshal.GetPInvokeErrorMessage(errno)}");
    }
}
