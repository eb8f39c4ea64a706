using System.Text;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Sim.Spi.Faults;
using Unbrick.Sim.Spi.Nand;

namespace Unbrick.Sim.Spi;

/// <summary>
/// Simulated SPI flash by address: <c>[fault:FAULTS:]sim:spi/CHIP[?KEY=VALUE&amp;…]</c>, for example
/// <c>fault:flip=300ppb,seed=7:sim:spi/W25Q128BV?image=dump.bin&amp;save=1</c>.
/// </summary>
public static class SpiSims
{
    /// <summary>What such an address begins with, behind its faults.</summary>
    public const string Scheme = "sim:spi/";

    private const string FaultScheme = "fault:";

    /// <summary>Whether an address names a simulated chip, faults before it or not.</summary>
    public static bool IsSim(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        int at = address.IndexOf(Scheme, StringComparison.Ordinal);
        return at == 0 || (at > 0 && address.StartsWith(FaultScheme, StringComparison.Ordinal));
    }

    /// <summary>Takes the faults off an address, which may be that of a real programmer.</summary>
    /// <param name="address"><c>fault:FAULTS:ADDRESS</c>, or an address alone.</param>
    /// <param name="faults">What is wrong; null for nothing.</param>
    /// <returns>The address behind.</returns>
    /// <exception cref="UnbrickException">Faults that do not exist, or nothing behind them.</exception>
    public static string TakeFaults(string address, out SpiFaults? faults)
    {
        ArgumentNullException.ThrowIfNull(address);
        faults = null;
        if (!address.StartsWith(FaultScheme, StringComparison.Ordinal))
            return address;
        string rest = address[FaultScheme.Length..];
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || colon == rest.Length - 1)
        {
            string shown = SafeText.Show(address);
            throw SimText.Usage(
                "sim-bad-address", "faults of what?", shown, "behind the faults stands what has them", $"fault:flip=300ppb:{Scheme}{SimNorModels.Names[0]}");
        }
        faults = SpiFaultList.Parse(rest[..colon]);
        return rest[(colon + 1)..];
    }

    /// <summary>
    /// Sets the bench up. Keys: <c>image</c> (file with the content; what is missing is erased), <c>state</c> (file with registers and unique id),
    /// <c>save=1</c> (both are made where they are missing, and written when the bench ends), <c>seed</c>, <c>sr1</c> <c>sr2</c> <c>sr3</c>
    /// (hex), <c>wp=low</c>, <c>timing=ideal|ch341a|serprog</c>, <c>hz</c>, <c>latency</c>, <c>millivolts</c>. A SPI NAND has no <c>state</c>,
    /// <c>sr1</c> and <c>wp</c>, but <c>oob</c> (file with the spare bytes of all pages), <c>bad=12,700</c> (blocks), <c>flips=70x1,130x9</c> (pages,
    /// and wrong bits in each) and <c>b0</c> (its configuration after power-on, hex).
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UnbrickException">What does not exist, with a list of what does.</exception>
    public static SimSpiBench Open(string address, VirtualTime time)
    {
        ArgumentNullException.ThrowIfNull(time);
        string rest = TakeFaults(address, out SpiFaults? faults);
        if (!rest.StartsWith(Scheme, StringComparison.Ordinal))
        {
            string shown = SafeText.Show(rest);
            throw SimText.Usage(
                "sim-bad-address", $"'{shown}' is no simulated chip", shown, $"its address begins with {Scheme}", Scheme + SimNorModels.Names[0]);
        }
        rest = rest[Scheme.Length..];
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        string name = question < 0 ? rest : rest[..question];
        SimQuery query = new(question < 0 ? "" : rest[(question + 1)..]);
        if (SimNandModels.Find(name) is SimNandModel nand)
            return NandSims.Open(nand, query, faults, time);
        SimNorModel model = Model(name);
        SimSpiOptions options = new()
        {
            Image = query.Text("image"),
            State = query.Text("state"),
            Save = query.Whole("save", 0, 1) == 1,
            Seed = query.Seed(),
            Timing = Timing(query),
        };
        Action<SimNor>? set = null;
        for (int number = 1; number <= 3; number++)
        {
            int register = number;
            if (query.Text($"sr{number}") is { } text && SimText.HexByte($"sr{number}", text) is byte status)
                set += chip => chip.SetStatus(register, status);
        }
        bool low = query.Text("wp") is { } level && (level == "low" ? true : throw SimText.Bad("wp", level, "low"));
        query.NothingElse();
        SimSpiBench bench = Open(model, options, faults, time);
        set?.Invoke(bench.Chip);
        bench.Chip.IsWriteProtectLow = low;
        return bench;
    }

    /// <summary>Sets the bench up.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="options">Its files and times.</param>
    /// <param name="faults">What is wrong; null for nothing.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UnbrickException">A file that cannot be read, or is not for this chip.</exception>
    public static SimSpiBench Open(SimNorModel model, SimSpiOptions options, SpiFaults? faults, VirtualTime time)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        SimNor chip = new(model, options.Image is { } image ? Load(image, model, options.Save) : null, options.Seed);
        if (options.State is { } state && (!options.Save || File.Exists(state)))
            SimNorState.Read(chip, Text(state));
        return new SimSpiBench(chip, time, options.Timing, faults, options.Seed, () =>
        {
            if (options is { Save: true, Image: string content })
                Replace(content, chip.Content.Span);
            if (options is { Save: true, State: string registers })
                Replace(registers, Encoding.ASCII.GetBytes(SimNorState.Write(chip)));
        });
    }

    /// <summary>The model with a name.</summary>
    /// <exception cref="UnbrickException">There is none; says which there are.</exception>
    public static SimNorModel Model(string name) =>
        SimNorModels.Find(name) ?? throw SimText.Unknown("sim-unknown-chip", "simulated chip", name, [.. SimNorModels.Names, .. SimNandModels.Names]);

    internal static SimSpiTiming Timing(SimQuery query)
    {
        SimSpiTiming timing = query.Text("timing") switch
        {
            null or "ideal" => SimSpiTiming.Ideal,
            "ch341a" => SimSpiTiming.Ch341a,
            "serprog" => SimSpiTiming.Serprog,
            string other => throw SimText.Bad("timing", other, "ideal, ch341a or serprog"),
        };
        return timing with
        {
            ClockHz = query.Whole("hz", 1_000, 200_000_000) ?? timing.ClockHz,
            Latency = query.Duration("latency") ?? timing.Latency,
            OutputMillivolts = query.Whole("millivolts", 1_000, 5_500) ?? timing.OutputMillivolts,
        };
    }

    /// <summary>Whoever looks into the file meanwhile sees the old or the new, never a part.</summary>
    private static void Replace(string path, ReadOnlySpan<byte> content)
    {
        string part = path + ".part";
        File.WriteAllBytes(part, content);
        File.Move(part, path, overwrite: true);
    }

    private static byte[]? Load(string image, SimNorModel model, bool mayBeNew)
    {
        if (mayBeNew && !File.Exists(image))
            return null;
        return Take("image", image, () =>
        {
            using FileStream file = File.OpenRead(image);
            if (file.Length > model.Size)
                throw SimText.Bad("image", image, $"a file of at most {model.Size:N0} bytes: a {model.Name} has no more");
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        });
    }

    private static string Text(string state) => Take("state", state, () => new FileInfo(state).Length > 100_000 ? "too long" : File.ReadAllText(state));

    internal static T Take<T>(string key, string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw SimText.Bad(key, path, "a file that can be read; with save=1 a new one is made");
        }
    }
}
