namespace Unbrick.Net.Dhcp;

/// <summary>How an answer looks.</summary>
public enum DhcpReplyStyle
{
    /// <summary>Server and file named in the fixed fields and in options 66 and 67.</summary>
    Full,

    /// <summary>
    /// Like the smallest DHCP answer there is: 300 bytes, no sname, options 53, 54, 51 and 1 only; server and file in the fixed fields.
    /// </summary>
    Lean,
}
