using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>How one U-Boot differs from another.</summary>
internal sealed record UBootOptions
{
    /// <summary>Before each command.</summary>
    public required string Prompt { get; init; }

    /// <summary>The line of the command <c>version</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Has hush: quotes, variables, exit codes.</summary>
    public bool Hush { get; init; }

    /// <summary>Older than 2009: other words for CRCs and dumps.</summary>
    public bool Old { get; init; }

    /// <summary>Longest command line.</summary>
    public int LineLimit { get; init; } = 255;

    public int FlashSize { get; init; } = 16 << 20;

    public int Sector { get; init; } = 0x1_0000;

    /// <summary>Where flash is mapped; null when only <c>sf</c> or <c>spi</c> reaches it.</summary>
    public ulong? FlashBase { get; init; }

    public ulong RamBase { get; init; } = 0x8000_0000;

    public ulong RamSize { get; init; } = 128 << 20;

    public bool Mips { get; init; } = true;

    public int EnvironmentAt { get; init; } = 0x3_0000;

    public int EnvironmentSize { get; init; } = 0x1000;

    /// <summary>Where a kernel is looked for.</summary>
    public int KernelAt { get; init; } = 0x5_0000;

    public ulong LoadAddress { get; init; } = 0x8100_0000;

    /// <summary>Environment of a board fresh from its maker.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of commands that it lacks.</summary>
    public IReadOnlySet<string> Lacks { get; init; } = new HashSet<string>();

    public UBootTftpOptions Tftp { get; init; } = UBootTftpOptions.UBoot2022;

    /// <summary>Has <c>tftpput</c>, which few makers build in.</summary>
    public bool HasTftpPut { get; init; }

    /// <summary>Has a SPI flash behind <c>sf</c>.</summary>
    public bool HasSf { get; init; }
}
