namespace Unbrick.Sim.Esp;

/// <summary>What holds GPIO0 (GPIO9 on the C3 and its kin) when a board starts.</summary>
public enum EspStrap
{
    /// <summary>Two transistors on DTR and RTS, as on development boards.</summary>
    Circuit,

    /// <summary>A wire to ground, all the time; DTR and RTS are not connected.</summary>
    Low,

    /// <summary>Nothing: it starts from its flash; DTR and RTS are not connected.</summary>
    High,

    /// <summary>A person: holds it to ground at first; lets go and gives power anew once something was written and nothing more comes.</summary>
    Hand,
}

/// <summary>The board around a simulated chip.</summary>
public sealed record EspBoardOptions
{
    /// <summary>The name that the port has.</summary>
    public string Name { get; init; } = EspSims.Scheme + "esp8266";

    /// <summary>Bytes of the flash; null: what is usual with the chip.</summary>
    public int? FlashSize { get; init; }

    /// <summary>Answer of the flash to 9F, three bytes; null: made from its size.</summary>
    public byte[]? Jedec { get; init; }

    /// <summary>File with the content of the flash; null: erased, and forgotten at the end.</summary>
    public string? Image { get; init; }

    /// <summary>The file may be missing, and is written back.</summary>
    public bool Save { get; init; }

    /// <summary>Another seed is another chip of its kind.</summary>
    public ulong Seed { get; init; }

    /// <summary>Six bytes; null: made from the seed.</summary>
    public byte[]? Mac { get; init; }

    /// <summary>What holds GPIO0.</summary>
    public EspStrap Strap { get; init; }

    /// <summary>Modes that its flash can do (0 QIO, 1 QOUT, 2 DIO, 3 DOUT); null: what is usual.</summary>
    public byte[]? Modes { get; init; }

    /// <summary>Crystal in hertz; null: what is usual.</summary>
    public int? Crystal { get; init; }

    /// <summary>From the release of the reset pin until the straps are read: the capacitor at EN.</summary>
    public TimeSpan Rise { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>How long the adapter collects what came in before it hands it on.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Status register 1 of the flash.</summary>
    public byte Status { get; init; }
}
