using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Unbrick.Hardware.Usb;

namespace Unbrick.Hardware.Spi;

/// <summary>Which programmer is meant, as it is given on the command line. Nothing is opened or looked up here.</summary>
public abstract record ProgrammerUri
{
    /// <summary>What can be given.</summary>
    public const string Forms = "ch341a[:BUS-PORT], serprog:HOST:PORT, serprog:/dev/ttyX[:BAUD], spidev:/dev/spidevB.C[?speed=HZ]";

    /// <summary>Bits in a second of a serprog on a serial port when none are given, as most firmwares have it.</summary>
    public const int DefaultBaud = 115_200;

    /// <summary>Clock of a spidev when none is given: slow enough for a clip with long wires.</summary>
    public const int DefaultHertz = 1_000_000;

    private const int LongestText = 1024;
    private const int MostBaud = 20_000_000, LeastHertz = 1_000, MostHertz = 200_000_000;

    /// <summary>Reads one of the <see cref="Forms"/>.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="uri">What it means.</param>
    /// <param name="reason">What is wrong with it, for a message; null when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ProgrammerUri? uri, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string kind, string rest) = text.IndexOf(':', StringComparison.Ordinal) is >= 0 and int at ? (text[..at], text[(at + 1)..]) : (text, "");
        (uri, reason) = kind switch
        {
            _ when text.Length > LongestText || text.Any(char.IsControl) => (null, "no programmer has such a name"),
            "ch341a" => Ch341a(rest, text.Length > kind.Length),
            "serprog" => Serprog(rest),
            "spidev" => Spidev(rest),
            _ => (null, $"it must be one of {Forms}"),
        };
        return uri is not null;
    }

    private static (ProgrammerUri?, string?) Ch341a(string rest, bool hasPlace) =>
        !hasPlace ? (new Ch341aUri(null), null)
        : UsbPlace.TryParse(rest, out UsbPlace? place) ? (new Ch341aUri(place), null)
        : (null, "behind ch341a: comes bus and port, such as 1-2 or 1-2.4");

    private static (ProgrammerUri?, string?) Serprog(string rest)
    {
        int last = rest.LastIndexOf(':');
        (string first, string number) = last >= 0 ? (rest[..last], rest[(last + 1)..]) : (rest, "");
        bool isSerial = IsSerialPort(rest) || (last >= 0 && IsSerialPort(first));
        if (isSerial)
        {
            return last < 0 ? (new SerprogSerialUri(rest, DefaultBaud), null)
                : Number(number, 1, MostBaud) is { } baud ? (new SerprogSerialUri(first, baud), null)
                : (null, "behind the port comes the number of bits in a second, such as 115200");
        }
        string host = first.Length > 2 && first[0] == '[' && first[^1] == ']' ? first[1..^1] : first;
        return Number(number, 1, ushort.MaxValue) is { } port && Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? (new SerprogTcpUri(host, port), null)
            : (null, "behind serprog: comes HOST:PORT or a serial port such as /dev/ttyUSB0");
    }

    private static (ProgrammerUri?, string?) Spidev(string rest)
    {
        const string speed = "speed=";
        string[] halves = rest.Split('?', 2);
        if (!halves[0].StartsWith("/dev/", StringComparison.Ordinal) || halves[0].Length == "/dev/".Length)
            return (null, "behind spidev: comes a device such as /dev/spidev0.0");
        if (halves.Length == 1)
            return (new SpidevUri(halves[0], DefaultHertz), null);
        return halves[1].StartsWith(speed, StringComparison.Ordinal) && Number(halves[1][speed.Length..], LeastHertz, MostHertz) is { } hertz
            ? (new SpidevUri(halves[0], hertz), null)
            : (null, "behind the ? comes speed= and the clock in hertz, such as speed=8000000");
    }

    private static bool IsSerialPort(string text) =>
        (text.StartsWith("/dev/", StringComparison.Ordinal) && text.Length > "/dev/".Length && !text.Contains(':', StringComparison.Ordinal))
        || (text.StartsWith("COM", StringComparison.Ordinal) && Number(text[3..], 1, 256) is not null);

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value : null;
}

/// <summary>A CH341A at USB.</summary>
/// <param name="Place">Which socket; null when there is one only.</param>
public sealed record Ch341aUri(UsbPlace? Place) : ProgrammerUri
{
    /// <inheritdoc/>
    public override string ToString() => Place is null ? "ch341a" : $"ch341a:{Place}";
}

/// <summary>A serprog in the network.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
public sealed record SerprogTcpUri(string Host, int Port) : ProgrammerUri
{
    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"serprog:[{Host}]:{Port}" : $"serprog:{Host}:{Port}";
}

/// <summary>A serprog at a serial port.</summary>
/// <param name="Path">The port: <c>/dev/ttyACM0</c>, <c>COM3</c>.</param>
/// <param name="Baud">Bits in a second.</param>
public sealed record SerprogSerialUri(string Path, int Baud) : ProgrammerUri
{
    /// <inheritdoc/>
    public override string ToString() => $"serprog:{Path}:{Baud}";
}

/// <summary>A chip at the SPI bus of this computer, through Linux's spidev.</summary>
/// <param name="Path">The device: <c>/dev/spidev0.0</c>.</param>
/// <param name="Hertz">Clock.</param>
public sealed record SpidevUri(string Path, int Hertz) : ProgrammerUri
{
    /// <inheritdoc/>
    public override string ToString() => $"spidev:{Path}?speed={Hertz}";
}
