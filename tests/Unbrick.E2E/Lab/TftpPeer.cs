namespace Unbrick.E2E.Lab;

/// <summary>TFTP servers from Debian on the device's machine; they keep their files in the folder that is served.</summary>
internal static class TftpPeer
{
    /// <summary>Starts one: <c>tftpd-hpa</c> and <c>atftpd</c> take files, <c>…-read</c> and <c>dnsmasq</c> do not.</summary>
    public static Peer Start(Cable cable, Scratch scratch, string name)
    {
        bool reads = name.EndsWith("-read", StringComparison.Ordinal);
        Scratch.Permit(scratch.Root, reads ? 0b101_101_101 : 0b111_111_111); // they give up their rights
        return cable.Device.Start(name[..(reads ? name.Length - "-read".Length : name.Length)] switch
        {
            "tftpd-hpa" =>
            [
                Tool("tftpd-hpa/usr/sbin/in.tftpd"), "--foreground", "--secure", .. reads ? (string[])[] : ["--create"], "--user", "nobody",
                "--address", $"{Cable.DeviceAddress}:69", scratch.Root,
            ],
            "atftpd" =>
            [
                Tool("atftpd/usr/sbin/atftpd"), "--daemon", "--no-fork", "--logfile", "-", "--user", "nobody.nogroup", "--bind-address", Cable.DeviceAddress,
                scratch.Root,
            ],
            _ =>
            [
                Needs.Find("dnsmasq")!, "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--enable-tftp", $"--tftp-root={scratch.Root}",
                "--user=nobody", "--group=nogroup", "--pid-file=", "--log-facility=-",
            ],
        });
    }

    private static string Tool(string path)
    {
        Needs.Tool("peers/" + path);
        return Paths.LabTool("peers/" + path);
    }
}
