using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Unbrick.Hardware.Serial;

/// <summary>Which serial line is meant, as it is given on the command line. Nothing is opened or looked up here.</summary>
/// <param name="Baud">Bits in a second, 50 to 4,000,000; null when none are given.</param>
public abstract record SerialAddress(int? Baud)
{
    /// <summary>What can be given.</summary>
    public const string Forms = "/dev/ttyX[:BAUD], COMn[:BAUD], tcp:HOST:PORT, rfc2217:HOST:PORT[:BAUD]";

    /// <summary>Bits in a second when none are given: what most boot loaders have.</summary>
    public const int UsualBaud = 115_200;

    /// <summary>What <see cref="ISerialPort.TrySetBaud"/> takes.</summary>
    public const int LeastBaud = 50, MostBaud = 4_000_000;

    private const int LongestText = 1024;
    private const string Tcp = "tcp:", Rfc2217 = "rfc2217:", WindowsPort = "COM";

    /// <summary>Reads one of the <see cref="Forms"/>.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="address">What it means.</param>
    /// <param name="reason">What is wrong with it, for a message; null when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SerialAddress? address, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        (address, reason) = text switch
        {
            _ when text.Length > LongestText || text.Any(char.IsControl) => (null, "no port has such a name"),
            _ when text.StartsWith(Tcp, StringComparison.Ordinal) => Connection(text[Tcp.Length..], Tcp, false),
            _ when text.StartsWith(Rfc2217, StringComparison.Ordinal) => Connection(text[Rfc2217.Length..], Rfc2217, true),
            // Links to a port live anywhere: what socat and the simulated boards make stands in /tmp.
            _ when text.StartsWith('/') => Device(text),
            _ when text.StartsWith(WindowsPort, StringComparison.OrdinalIgnoreCase) => Com(text[WindowsPort.Length..]),
            _ => (null, $"it must be one of {Forms}"),
        };
        return address is not null;
    }

    /// <summary>The same line at another rate.</summary>
    public SerialAddress At(int baud) => this with { Baud = baud };

    private static (SerialAddress?, string?) Connection(string rest, string scheme, bool hasRate)
    {
        string? baud = null;
        (string host, string port) = Halves(rest);
        // With a rate there is one more number; colons of an IPv6 address stand in brackets then.
        if (hasRate && Halves(host) is { Second: { Length: > 0 } number } inner && Number(number, 1, ushort.MaxValue) is not null && !inner.First.Contains(':', StringComparison.Ordinal))
            (host, port, baud) = (inner.First, number, port);
        else if (hasRate && host.StartsWith('[') && host.IndexOf("]:", StringComparison.Ordinal) is > 0 and int end)
            (host, port, baud) = (host[..(end + 1)], host[(end + 2)..], port);
        if (host.Length > 2 && host[0] == '[' && host[^1] == ']')
            host = host[1..^1];
        if (Number(port, 1, ushort.MaxValue) is not { } numbered || Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return (null, $"behind {scheme} comes HOST:PORT{(hasRate ? "[:BAUD]" : "")}, such as 192.168.1.5:4000");
        if (baud is not null && Rate(baud) is null)
            return (null, BadRate);
        return (hasRate ? new Rfc2217Address(host, numbered, baud is null ? null : Rate(baud)) : new TcpAddress(host, numbered), null);
    }

    private static (SerialAddress?, string?) Device(string text)
    {
        (string path, string number) = Halves(text);
        // Names in /dev/serial/by-path have colons of their own.
        if (number.Length > 0 && number.All(char.IsAsciiDigit))
            return Rate(number) is { } baud ? (new DeviceAddress(path, baud), null) : (null, BadRate);
        return text[^1] != '/' ? (new DeviceAddress(text, null), null) : (null, "it is a folder, not a port");
    }

    private static (SerialAddress?, string?) Com(string rest)
    {
        (string number, string baud) = rest.Contains(':', StringComparison.Ordinal) ? Halves(rest) : (rest, "");
        if (Number(number, 1, 256) is not { } port)
            return (null, "behind COM comes a number, such as COM3");
        return baud.Length == 0 ? (new ComAddress(port, null), null) : Rate(baud) is { } rate ? (new ComAddress(port, rate), null) : (null, BadRate);
    }

    private const string BadRate = "behind the port comes the number of bits in a second, such as 115200";

    private static (string First, string Second) Halves(string text) =>
        text.LastIndexOf(':') is >= 0 and int at ? (text[..at], text[(at + 1)..]) : (text, "");

    private static int? Rate(string text) => Number(text, LeastBaud, MostBaud);

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value : null;

    /// <summary>A rate as it stands behind an address.</summary>
    private protected string Suffix => Baud is { } baud ? string.Create(CultureInfo.InvariantCulture, $":{baud}") : "";

    /// <summary>A host and a port, with brackets where the host has colons.</summary>
    private protected static string Place(string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");
}

/// <summary>A port of a Unix system.</summary>
/// <param name="Path">The device: <c>/dev/ttyUSB0</c>, <c>/dev/pts/5</c>.</param>
/// <param name="Baud">Bits in a second.</param>
public sealed record DeviceAddress(string Path, int? Baud) : SerialAddress(Baud)
{
    /// <inheritdoc/>
    public override string ToString() => Path + Suffix;
}

/// <summary>A port of Windows.</summary>
/// <param name="Number">Behind <c>COM</c>.</param>
/// <param name="Baud">Bits in a second.</param>
public sealed record ComAddress(int Number, int? Baud) : SerialAddress(Baud)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"COM{Number}{Suffix}");
}

/// <summary>A connection that carries the bytes of a line and nothing else.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
public sealed record TcpAddress(string Host, int Port) : SerialAddress((int?)null)
{
    /// <inheritdoc/>
    public override string ToString() => $"tcp:{Place(Host, Port)}";
}

/// <summary>A line behind a Telnet connection with COM-PORT-OPTION (RFC 2217), whose rate and control lines can be set from here.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Baud">Bits in a second.</param>
public sealed record Rfc2217Address(string Host, int Port, int? Baud) : SerialAddress(Baud)
{
    /// <inheritdoc/>
    public override string ToString() => $"rfc2217:{Place(Host, Port)}{Suffix}";
}
