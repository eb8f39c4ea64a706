using System.Runtime.InteropServices;

namespace Unbrick.Hardware.Native;

/// <summary>
/// Where the native names of this project lead to. The C library is asked for through the program itself, as the linker would: a library that
/// stands in front of it (LD_PRELOAD) is used then, too.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>The name that calls of libusb are declared with.</summary>
    internal const string Usb = "libusb-1.0";

    /// <summary>The name that calls of the C library are declared with.</summary>
    internal const string Self = "the program itself";

    private static readonly Lazy<nint> s_usb = new(LoadUsb);
    private static readonly Lazy<bool> s_resolver = new(SetResolver);

    /// <summary>What the dynamic linker of this system calls libusb 1.0.</summary>
    internal static string UsbFileName =>
        OperatingSystem.IsWindows() ? "libusb-1.0.dll" : OperatingSystem.IsMacOS() ? "libusb-1.0.0.dylib" : "libusb-1.0.so.0";

    /// <summary>Makes the names known; to be called before the first native call. Says whether libusb is there when it is asked for.</summary>
    internal static bool HasUsb() => s_resolver.Value && s_usb.Value != 0;

    /// <inheritdoc cref="HasUsb"/>
    internal static void Ready() => _ = s_resolver.Value;

    private static bool SetResolver()
    {
        NativeLibrary.SetDllImportResolver(
            typeof(NativeLibraries).Assembly,
            (name, _, _) => name switch
            {
                Usb => s_usb.Value,
                Self => NativeLibrary.GetMainProgramHandle(),
                _ => 0,
            });
        return true;
    }

    private static nint LoadUsb()
    {
        string[] names = OperatingSystem.IsMacOS()
            ? [UsbFileName, "/opt/homebrew/lib/" + UsbFileName, "/usr/local/lib/" + UsbFileName]
            : [UsbFileName];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(NativeLibraries).Assembly, null, out nint handle))
                return handle;
        }
        return 0;
    }
}
