namespace Unbrick.Recovery.Images;

/// <summary>Kinds and ways in the words of messages.</summary>
public static class Words
{
    /// <summary><c>a full dump</c>, without the article.</summary>
    public static string Of(ImagePurpose purpose) => purpose switch
    {
        ImagePurpose.Factory => "vendor or factory image",
        ImagePurpose.Sysupgrade => "sysupgrade image",
        ImagePurpose.Recovery => "recovery image with boot loader",
        ImagePurpose.FullDump => "full dump of a chip",
        ImagePurpose.BootStripped => "bare firmware without header",
        ImagePurpose.Initramfs => "initramfs kernel",
        _ => "unknown",
    };

    /// <summary>The way in words.</summary>
    public static string Of(ImageWay way) => way switch
    {
        ImageWay.Tftp => "the boot loader's network recovery",
        ImageWay.Web => "a web page",
        ImageWay.Spi => "a programmer on the chip",
        ImageWay.Sysupgrade => "sysupgrade",
        _ => "the boot loader's serial menu",
    };
}
