using System.Collections.Immutable;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Consoles.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Consoles;

/// <summary>
/// Simulated boot loaders by address: <c>[fault:FAULTS:]sim:console/LOADER[?KEY=VALUE&amp;…]</c>, for example
/// <c>fault:drop=0.1%,seed=7:sim:console/ralink?flash=dump.bin&amp;power-on=2s</c>. The names are those of <c>data/loaders</c>.
/// </summary>
public static class ConsoleSims
{
    /// <summary>What such an address begins with, behind its faults.</summary>
    public const string Scheme = "sim:console/";

    private const string FaultScheme = "fault:";
    private const int LargestFlash = 64 << 20;
    private static readonly TimeSpan s_powerOn = TimeSpan.FromSeconds(1);

    private static readonly ImmutableArray<(string Name, string? Other, Func<SimQuery, LoaderProgram> Make)> s_loaders =
    [
        ("breed", null, _ => new BreedProgram()),
        ("cfe", null, _ => new CfeProgram()),
        ("gl-inet", "glinet", _ => new Ath79Program(Ath79Kind.GlInet)),
        ("pepe2k", null, _ => new Ath79Program(Ath79Kind.Pepe2k)),
        ("ralink", null, _ => new RalinkProgram()),
        ("realtek", null, _ => new RealtekProgram()),
        ("redboot", null, _ => new RedBootProgram()),
        ("routerboot", null, _ => new RouterBootProgram()),
        ("tp-link", "tplink-tpl", _ => new Ath79Program(Ath79Kind.TpLink)),
        ("u-boot", "uboot", _ => new MainlineProgram()),
        ("xiaomi-recovery", null, _ => new XiaomiRecoveryProgram()),
    ];

    /// <summary>The names of all simulated loaders.</summary>
    public static ImmutableArray<string> Names { get; } = [.. s_loaders.Select(l => l.Name)];

    /// <summary>Whether an address names a simulated console, faults before it or not.</summary>
    public static bool IsSim(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        int at = address.IndexOf(Scheme, StringComparison.Ordinal);
        return at == 0 || (at > 0 && address.StartsWith(FaultScheme, StringComparison.Ordinal));
    }

    /// <summary>
    /// Opens the host's end of a console. By a <see cref="VirtualTime"/>, reading moves the clock; by any other, the board lives in that time.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UnbrickException">What does not exist, with a list of what does.</exception>
    public static ISerialPort Open(string address, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return time is VirtualTime virtualTime
            ? OpenBench(address, virtualTime).Port
            : OpenBench(address, time).Port;
    }

    /// <summary>
    /// Sets the bench up. Keys: <c>seed</c> (delays, noise, chatter), <c>power-on</c> (when it gets power; default 1 s), <c>power=off</c> (it
    /// gets none by itself), <c>flash</c> (a file with what its flash holds), <c>delay</c> (countdown in seconds, where the loader has one), <c>baud</c> (its rate).
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UnbrickException">What does not exist, with a list of what does.</exception>
    public static ConsoleBench OpenBench(string address, VirtualTime time) => OpenBench(address, time, null);

    /// <summary>The same for a board that lives in a real time: reading waits, and moves nothing on by itself.</summary>
    /// <param name="address">The address.</param>
    /// <param name="real">The clock of its world.</param>
    /// <exception cref="UnbrickException">What does not exist, with a list of what does.</exception>
    public static ConsoleBench OpenBench(string address, TimeProvider real)
    {
        ArgumentNullException.ThrowIfNull(real);
        return OpenBench(address, new VirtualTime(real.GetUtcNow()), real);
    }

    private static ConsoleBench OpenBench(string address, VirtualTime time, TimeProvider? real)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(time);
        string rest = TakeFaults(address, out ConsoleFaults faults);
        if (!rest.StartsWith(Scheme, StringComparison.Ordinal))
        {
            string shown = SafeText.Show(rest);
            throw SimText.Usage("sim-bad-address", $"'{shown}' is no simulated console", shown, $"its address begins with {Scheme}", Scheme + Names[0]);
        }
        rest = rest[Scheme.Length..];
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        string name = question < 0 ? rest : rest[..question];
        SimQuery query = new(question < 0 ? "" : rest[(question + 1)..]);
        Func<SimQuery, LoaderProgram> make = s_loaders.FirstOrDefault(l => l.Name == name || l.Other == name).Make
            ?? throw SimText.Unknown("sim-unknown-loader", "simulated loader", name, Names);
        LoaderProgram program = make(query);
        program.Delay = query.Whole("delay", 0, 60);
        program.Baud = query.Whole("baud", 300, 4_000_000) ?? SerialAddress.UsualBaud;
        ConsoleDevice device = new(time, program, query.Seed());
        if (query.Text("flash") is { } file)
            Load(file, device.Flash.Span);
        TimeSpan powerOn = query.Duration("power-on") ?? s_powerOn;
        bool stays = query.Text("power") is { } power && (power == "off" ? true : throw SimText.Bad("power", power, "off"));
        query.NothingElse();
        SimNetworkHost host = new(time, device, CableFaults.None);
        ConsolePort port = new(address, device, time, faults, real);
        if (!stays)
            time.CreateTimer(device.PowerOn).SetAt((time.Elapsed + powerOn).Ticks);
        return new ConsoleBench(time, device, port, host);
    }

    private static string TakeFaults(string address, out ConsoleFaults faults)
    {
        faults = ConsoleFaults.None;
        if (!address.StartsWith(FaultScheme, StringComparison.Ordinal))
            return address;
        string rest = address[FaultScheme.Length..];
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            string shown = SafeText.Show(address);
            throw SimText.Usage("sim-bad-address", "faults of what?", shown, "behind the faults stands what has them", $"fault:drop=0.1%:{Scheme}{Names[0]}");
        }
        faults = ConsoleFaults.Parse(rest[..colon]);
        return rest[(colon + 1)..];
    }

    private static void Load(string path, Span<byte> flash)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > Math.Min(flash.Length, LargestFlash))
                throw SimText.Bad("flash", path, $"a file of at most {flash.Length:N0} bytes");
            file.ReadExactly(flash[..(int)file.Length]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw SimText.Bad("flash", path, "a file that can be read");
        }
    }
}
