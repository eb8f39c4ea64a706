using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Sim.Esp.Faults;
using Unbrick.Sim.Spi;

namespace Unbrick.Sim.Esp;

/// <summary>
/// Simulated ESP boards by address: <c>[fault:FAULTS:]sim:esp/CHIP[?KEY=VALUE&amp;…]</c>, for example
/// <c>fault:leftovers,seed=7:sim:esp/esp8285?strap=low&amp;image=plug.bin&amp;save=1</c>.
/// </summary>
public static class EspSims
{
    /// <summary>What such an address begins with, behind its faults.</summary>
    public const string Scheme = "sim:esp/";

    private const string FaultScheme = "fault:";
    private const int LeastFlash = 0x4_0000, MostFlash = 0x100_0000, LeftoverSize = 0x4000;
    private static readonly string[] s_modes = ["qio", "qout", "dio", "dout"];

    /// <summary>The names of the chips.</summary>
    public static ImmutableArray<string> Names => EspModels.Names;

    /// <summary>Whether an address names a simulated board, faults before it or not.</summary>
    public static bool IsSim(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        int at = address.IndexOf(Scheme, StringComparison.Ordinal);
        return at == 0 || (at > 0 && address.StartsWith(FaultScheme, StringComparison.Ordinal));
    }

    /// <summary>Opens the port of a board that gets its power now; closing it ends the bench.</summary>
    /// <param name="address">The address.</param>
    /// <param name="time">A <see cref="VirtualTime"/>, which moves when somebody waits; anything else is waited for.</param>
    /// <exception cref="UnbrickException">What does not exist, with a list of what does.</exception>
    public static ISerialPort Open(string address, TimeProvider time) => OpenBench(address, time).Connect(ends: true);

    /// <summary>
    /// Sets the bench up. Keys: <c>flash=1M</c>, <c>jedec=1c3014</c>, <c>image</c>, <c>save=1</c>, <c>seed</c>, <c>mac</c>,
    /// <c>strap=circuit|low|high|hand</c>, <c>modes=dout</c>, <c>crystal=26</c>, <c>rc=2ms</c>, <c>latency=1ms</c>, <c>sr1=1c</c>.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="time">As at <see cref="Open(string, TimeProvider)"/>.</param>
    /// <param name="change">Settings that cannot stand in an address; null for none.</param>
    /// <exception cref="UnbrickException">What does not exist, with a list of what does.</exception>
    public static EspBench OpenBench(string address, TimeProvider time, Func<EspBoardOptions, EspBoardOptions>? change = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        (string rest, EspFaults faults) = TakeFaults(address);
        if (!rest.StartsWith(Scheme, StringComparison.Ordinal))
        {
            string shown = SafeText.Show(rest);
            throw SimText.Usage("sim-bad-address", $"'{shown}' is no simulated board", shown, $"its address begins with {Scheme}", Scheme + Names[0]);
        }
        string chip = rest[Scheme.Length..];
        int question = chip.IndexOf('?', StringComparison.Ordinal);
        SimQuery query = new(question < 0 ? "" : chip[(question + 1)..]);
        EspBoardOptions plain = new();
        EspBoardOptions options = plain with
        {
            Name = address,
            FlashSize = query.Text("flash") is { } size ? Size(size) : null,
            Jedec = query.Text("jedec") is { } jedec ? Hex("jedec", jedec, 3, "three bytes in hex, like 1c3014") : null,
            Image = query.Text("image"),
            Save = query.Whole("save", 0, 1) == 1,
            Seed = query.Seed(),
            Mac = query.Text("mac") is { } mac ? Hex("mac", mac.Replace(":", "", StringComparison.Ordinal), 6, "six bytes, like 5c:cf:7f:12:34:56") : null,
            Strap = Strap(query.Text("strap")),
            Modes = query.Text("modes") is { } modes ? Modes(modes) : null,
            Crystal = query.Whole("crystal", 24, 48) * 1_000_000,
            Rise = query.Duration("rc") ?? plain.Rise,
            Latency = query.Duration("latency") ?? plain.Latency,
            Status = query.Text("sr1") is { } status ? SimText.HexByte("sr1", status) : (byte)0,
        };
        query.NothingElse();
        return Open(question < 0 ? chip : chip[..question], change is null ? options : change(options), faults, time);
    }

    /// <summary>Sets the bench up.</summary>
    /// <param name="chip">One of <see cref="Names"/>.</param>
    /// <param name="options">The board.</param>
    /// <param name="faults">What is wrong.</param>
    /// <param name="time">As at <see cref="Open(string, TimeProvider)"/>.</param>
    /// <exception cref="UnbrickException">There is no such chip, or its file cannot be read.</exception>
    public static EspBench Open(string chip, EspBoardOptions options, EspFaults faults, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(faults);
        ArgumentNullException.ThrowIfNull(time);
        EspModel model = EspModels.All.FirstOrDefault(model => string.Equals(model.Name, chip, StringComparison.OrdinalIgnoreCase))
            ?? throw SimText.Unknown("sim-unknown-chip", "simulated ESP", chip, Names);
        int size = options.FlashSize ?? model.FlashSize;
        byte code = (byte)int.Log2(size);
        ImmutableArray<byte> jedec = options.Jedec is { } own ? [.. own] : [model.Flash.Maker, model.Flash.Type, code];
        SimNorModel nor = SimNorModels.Find("W25Q80BV")! with
        {
            Name = $"flash of {model.Name}",
            Jedec = jedec,
            DeviceId = (byte)(jedec[2] - 1),
            Size = size,
            ChipTime = TimeSpan.FromSeconds(3.0 * size / 0x10_0000),
        };
        byte[]? content = options.Image is { } image ? Load(image, size, options.Save) : null;
        SimNor flash = new(nor, content, options.Seed);
        if (content is null && faults.Leftovers)
            LeaveOver(flash.Content.Span[^LeftoverSize..], faults);
        flash.SetStatus(1, (byte)(options.Status | (faults.Protected ? 0x9C : 0)));
        flash.IsWriteProtectLow = faults.Protected;
        return new EspBench(model, flash, options, faults, time);
    }

    private static (string Behind, EspFaults Faults) TakeFaults(string address)
    {
        if (!address.StartsWith(FaultScheme, StringComparison.Ordinal))
            return (address, new EspFaults());
        string rest = address[FaultScheme.Length..];
        int colon = rest.IndexOf(":sim:", StringComparison.Ordinal);
        if (colon < 0)
        {
            string shown = SafeText.Show(address);
            throw SimText.Usage("sim-bad-address", "faults of what?", shown, "behind the faults stands what has them", $"fault:leftovers:{Scheme}{Names[0]}");
        }
        return (rest[(colon + 1)..], EspFaultList.Parse(rest[..colon]));
    }

    /// <summary>Settings and calibration as a Tuya plug has them: nothing that another firmware can read, in every sector.</summary>
    private static void LeaveOver(Span<byte> cells, EspFaults faults)
    {
        for (int i = 0; i < cells.Length; i++)
            cells[i] = (byte)faults.Draw(EspFaults.LeftoverLane, i);
        for (int sector = 0; sector < cells.Length; sector += 0x1000)
            cells[sector] = 0x8C;
    }

    private static int Size(string text)
    {
        int unit = text.Length == 0 ? 0 : text[^1] switch { 'K' or 'k' => 10, 'M' or 'm' => 20, _ => 0 };
        bool well = int.TryParse(unit == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value > 0 && (long)value << unit is >= LeastFlash and <= MostFlash && int.IsPow2(value << unit);
        return well ? value << unit : throw SimText.Bad("flash", text, "256K, 512K, 1M, 2M, 4M, 8M or 16M");
    }

    private static byte[] Hex(string key, string text, int length, string wanted) =>
        text.Length == 2 * length && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : throw SimText.Bad(key, text, wanted);

    private static EspStrap Strap(string? text) => text switch
    {
        null or "circuit" => EspStrap.Circuit,
        "low" => EspStrap.Low,
        "high" => EspStrap.High,
        "hand" => EspStrap.Hand,
        _ => throw SimText.Bad("strap", text, "circuit, low, high or hand"),
    };

    private static byte[] Modes(string text) =>
        [.. text.Split('+').Select(name => Array.IndexOf(s_modes, name) is >= 0 and int at ? (byte)at : throw SimText.Bad("modes", text, "qio, qout, dio, dout, like dio+dout"))];

    private static byte[]? Load(string image, int size, bool mayBeNew)
    {
        if (mayBeNew && !File.Exists(image))
            return null;
        try
        {
            using FileStream file = File.OpenRead(image);
            if (file.Length > size)
                throw SimText.Bad("image", image, $"a file of at most {size:N0} bytes: the flash has no more");
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw SimText.Bad("image", image, "a file that can be read; with save=1 a new one is made");
        }
    }
}
