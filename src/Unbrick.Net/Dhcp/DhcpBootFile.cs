namespace Unbrick.Net.Dhcp;

/// <summary>
/// A boot file for the clients of one vendor class, where one file does not fit all: MikroTik's loaders name their processor there
/// ("MMipsBoot", "ARM__boot") and each needs its own image.
/// </summary>
/// <param name="VendorClassPrefix">What option 60 begins with; ASCII, case counts.</param>
/// <param name="File">Name to load by TFTP.</param>
public sealed record DhcpBootFile(string VendorClassPrefix, string File);
