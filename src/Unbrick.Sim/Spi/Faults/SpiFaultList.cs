using System.Collections.Immutable;
using Unbrick.Core.Problems;
using Unbrick.Sim.Cables;

namespace Unbrick.Sim.Spi.Faults;

/// <summary>The faults between a programmer and a chip, by name; written as <c>flip=300ppb,lost=100+20,seed=7</c>.</summary>
public static class SpiFaultList
{
    /// <summary>All of them, in the order of the help page.</summary>
    public static ImmutableArray<FaultKind> All { get; } =
    [
        new("flip", "RATE", "flip=300ppb", "bits of the chip's answers are read wrong; RATE for each byte: ppb, ppm or %",
            value => new BitFlips(value.Chance(), sent: false, value.Seed)),
        new("flip-mosi", "RATE", "flip-mosi=1ppm", "bits on the way to the chip are wrong: commands, addresses, data",
            value => new BitFlips(value.Chance(), sent: true, value.Seed)),
        new("lost", "FROM+LENGTH[/00]", "lost=1.5s+200ms", "no contact for a number of transfers or a time: reads FF (or 00), writes are lost",
            Lost),
        new("hold", "FROM+LENGTH", "hold=1000+50", "HOLD# is low: the chip hears nothing, reads are FF",
            value => new ContactLost(value.Span(value.Text), 0xFF)),
        new("rotated", "ff|00", "rotated=00", "the clip sits the wrong way round: never any contact",
            value => new ContactLost(FaultSpan.Always, value.Text is "ff" or "00" ? value.Hex(value.Text) : throw value.Bad())),
        new("miso-bit", "BIT/0|1", "miso-bit=3/1", "one bit of each answered byte is always 0 or 1",
            value => Stuck(value, sent: false)),
        new("mosi-bit", "BIT/0|1", "mosi-bit=0/0", "one bit of each sent byte is always 0 or 1",
            value => Stuck(value, sent: true)),
        new("shift", "BITS", "shift=1", "answers come some bits late (early: -1)",
            value => new ShiftedBits(value.Signed(7))),
        new("wrong-id", "TIMES/ID", "wrong-id=3/c84018", "the first answers to 9F name another chip",
            OtherId),
        new("program-fails", "ADDRESS[+LENGTH][xTIMES]", "program-fails=0x3a0000x2", "programs there do nothing (a page, always, without more)",
            value => Failing(value, SpiCommandKind.Program, 0x100)),
        new("erase-fails", "ADDRESS[+LENGTH][xTIMES]", "erase-fails=0x3a0000+0x1000", "erases that touch it do nothing (4 KiB, always, without more)",
            value => Failing(value, SpiCommandKind.Erase, 0x1000)),
        new("stuck-cell", "ADDRESS/MASK/BITS", "stuck-cell=0x12345/10/00", "bits of one byte always read the same (hex)",
            Cell),
        new("lies", "N", "lies=100", "every Nth program does nothing and says done",
            value => new LyingProgram(value.Whole(value.Text, 1), half: false)),
        new("half-page", "N", "half-page=100", "every Nth program writes only its first half",
            value => new LyingProgram(value.Whole(value.Text, 1), half: true)),
        new("never-ready", "N", "never-ready=20", "after N writes the chip stays busy for ever",
            value => new NeverReady(value.Whole(value.Text))),
        new("slow", "FACTOR", "slow=10", "the chip takes longer by this factor",
            value => new SlowChip(value.Factor())),
        new("wp", "low", "wp=low", "WP# is low: with SRP set the status cannot be written",
            value => value.Text == "low" ? new WriteProtectLow() : throw value.Bad()),
        new("unplug", "N[xTRIES]", "unplug=5000x2", "after N transfers the programmer is pulled out; back at once, or after TRIES to open it",
            Unplugged),
        new("power-cut", "N or TIME", "power-cut=12.5s", "the power goes for good; what is half done stays half done",
            value => new PowerCut(value.Moment())),
    ];

    /// <summary>Reads <c>flip=300ppb,seed=7</c>; a fault may stand several times, <c>seed</c> is for all of them.</summary>
    /// <exception cref="UnbrickException">A name or a value that does not exist; says which do.</exception>
    public static SpiFaults Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string Key, string Value)[] items = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Item)];
        ulong seed = 0;
        foreach ((_, string value) in items.Where(item => item.Key == "seed"))
            seed = SimText.Seed(value);
        ImmutableArray<SpiFault>.Builder faults = ImmutableArray.CreateBuilder<SpiFault>();
        foreach ((string key, string value) in items.Where(item => item.Key != "seed"))
        {
            FaultKind kind = All.FirstOrDefault(kind => kind.Name == key)
                ?? throw SimText.Unknown("sim-unknown-fault", "SPI fault", key, [.. All.Select(kind => kind.Name), "seed"]);
            faults.Add(kind.Make(new FaultValue(key, value, $"{kind.Value}, like {kind.Example}", CableDraw.Mix(seed ^ (ulong)faults.Count << 48))));
        }
        return new SpiFaults(faults.ToImmutable());
    }

    private static (string, string) Item(string item)
    {
        int equals = item.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (item, "") : (item[..equals], item[(equals + 1)..]);
    }

    private static ContactLost Lost(FaultValue value)
    {
        (string span, string? level) = value.Cut('/');
        return new ContactLost(value.Span(span), level is null or "ff" ? (byte)0xFF : level == "00" ? (byte)0 : throw value.Bad());
    }

    private static StuckBit Stuck(FaultValue value, bool sent)
    {
        (string bit, string? level) = value.Cut('/');
        return new StuckBit(value.Whole(bit, 0, 7), level switch { "0" => false, "1" => true, _ => throw value.Bad() }, sent);
    }

    private static WrongId OtherId(FaultValue value)
    {
        (string times, string? id) = value.Cut('/');
        if (id is not { Length: 6 })
            throw value.Bad();
        return new WrongId(value.Whole(times), [value.Hex(id[..2]), value.Hex(id[2..4]), value.Hex(id[4..])]);
    }

    private static FailingCells Failing(FaultValue value, SpiCommandKind kind, int usual)
    {
        string rest = value.Text;
        int times = -1;
        int cross = rest.LastIndexOf('x');
        bool hex = cross > 0 && rest[cross - 1] == '0' && (cross == 1 || rest[cross - 2] == '+');
        if (cross > 0 && !hex)
            (rest, times) = (rest[..cross], value.Whole(rest[(cross + 1)..], 1));
        string[] parts = rest.Split('+');
        if (parts.Length > 2)
            throw value.Bad();
        return new FailingCells(value.Address(parts[0]), parts.Length > 1 ? value.Address(parts[1]) : usual, times, kind);
    }

    private static StuckCell Cell(FaultValue value)
    {
        string[] parts = value.Text.Split('/');
        if (parts.Length != 3)
            throw value.Bad();
        return new StuckCell(value.Address(parts[0]), value.Hex(parts[1]), value.Hex(parts[2]));
    }

    private static Unplug Unplugged(FaultValue value)
    {
        (string after, string? tries) = value.Cut('x');
        return new Unplug(value.Whole(after), tries is null ? 0 : value.Whole(tries, 0, 1_000_000));
    }
}
