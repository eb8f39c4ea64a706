using System.Text;
using Unbrick.Core.Problems;

namespace Unbrick.Sim.Lines;

/// <summary>
/// Simulated lines by address: <c>sim:line/BAUD[?KEY=VALUE&amp;…]</c>, for example <c>sim:line/57600?fault=swapped</c>. Keys: <c>text</c> (a file to
/// print), <c>fault</c>, <c>flips</c> and <c>clock</c> (in ppm), <c>then</c> (a rate to change to half-way), <c>seed</c>.
/// </summary>
public static class LineSims
{
    /// <summary>What such an address begins with.</summary>
    public const string Scheme = "sim:line/";

    private const int LongestText = 1 << 20;

    private const string Text =
        "\r\n\r\nU-Boot 1.1.3 (May 11 2020 - 10:41:20)\r\n\r\nBoard: Ralink APSoC DRAM:  128 MB\r\nflash manufacture id: ef, device id 40 18\r\n"
        + "find flash: W25Q128BV\r\nASIC MT7621A DualCore (MAC to MT7530 Mode)\r\nestimate memory size =128 Mbytes\r\n"
        + "#Reset_MT7530\r\nset LAN/WAN LLLLW\r\n\r\nPlease choose the operation: \r\n   1: Load system code to SDRAM via TFTP. \r\n"
        + "   3: Boot system code via Flash (default).\r\n   4: Entr boot command line interface.\r\n";

    /// <summary>Whether an address names such a line.</summary>
    public static bool IsSim(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.StartsWith(Scheme, StringComparison.Ordinal);
    }

    /// <summary>Switches it on.</summary>
    /// <param name="address">The address.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UnbrickException">What does not exist, with a list of what does.</exception>
    public static SimLine Open(string address, VirtualTime time)
    {
        ArgumentNullException.ThrowIfNull(address);
        string[] halves = address[Scheme.Length..].Split('?', 2);
        if (!int.TryParse(halves[0], out int baud) || baud is < 300 or > 4_000_000)
            throw SimText.Bad("rate", halves[0], "bits in a second, 300 to 4000000");
        SimQuery query = new(halves.Length > 1 ? halves[1] : "");
        string fault = query.Text("fault") ?? "none";
        if (!Enum.TryParse(fault.Replace("-", "", StringComparison.Ordinal), true, out LineFault wires))
            throw SimText.Bad("fault", fault, "none, swapped, no-ground, inverted or receive-dead");
        byte[] text = query.Text("text") is { } file ? Read(file) : Encoding.Latin1.GetBytes(Text);
        int then = query.Whole("then", 300, 4_000_000) ?? 0;
        SimLineOptions options = new()
        {
            Stages = then == 0 ? [new(baud, [.. text])] : [new(baud, [.. text[..(text.Length / 2)]]), new(then, [.. text[(text.Length / 2)..]])],
            Prompt = "MT7621 # ",
            Fault = wires,
            FlipRate = (query.Whole("flips", 0, 1_000_000) ?? 0) / 1e6,
            ClockError = (query.Whole("clock", 0, 100_000) ?? 0) / 1e6,
            Start = 0.3,
            Seed = (int)(query.Seed() & int.MaxValue),
        };
        query.NothingElse();
        return new SimLine(options, time);
    }

    private static byte[] Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] text = new byte[Math.Min(file.Length, LongestText)];
            file.ReadExactly(text);
            return text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SimText.Bad("text", path, "a file that can be read");
        }
    }
}
