using System.Collections.Immutable;

namespace Unbrick.Sim.Esp;

/// <summary>Registers of the SPI controller that reaches the flash, as offsets from its base.</summary>
/// <param name="Base">Address of CMD; ADDR is the next word.</param>
/// <param name="User">USR; USR1 and USR2 follow.</param>
/// <param name="Mosi">MOSI_DLEN; 0 when the lengths are in USR1 (ESP8266).</param>
/// <param name="Miso">MISO_DLEN.</param>
/// <param name="Data">W0, the first of sixteen words.</param>
/// <param name="AddressHigh">Addresses stand in the upper bits of ADDR.</param>
internal sealed record EspSpiLayout(uint Base, uint User, uint Mosi, uint Miso, uint Data, bool AddressHigh);

/// <summary>The facts of a simulated chip. What was measured is told at <see cref="EspModels"/>.</summary>
internal sealed record EspModel
{
    /// <summary>As it stands in an address: <c>esp8266</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its ROM answers with two status bytes and knows neither deflate nor MD5 nor a change of the rate.</summary>
    public bool Is8266 { get; init; }

    /// <summary>What 40001000 reads: the word that tells chips apart.</summary>
    public required uint Magic { get; init; }

    /// <summary>Chip id for GET_SECURITY_INFO; null when its ROM does not know the command or (S2) has no id in it.</summary>
    public int? ChipId { get; init; }

    /// <summary>Whether GET_SECURITY_INFO is known.</summary>
    public bool HasSecurityInfo { get; init; }

    /// <summary>Bytes of the flash when nobody says otherwise.</summary>
    public required int FlashSize { get; init; }

    /// <summary>Answer to 9F without the size code.</summary>
    public (byte Maker, byte Type) Flash { get; init; } = (0xEF, 0x40);

    /// <summary>Modes that its flash can do, as in an image header: 0 QIO, 1 QOUT, 2 DIO, 3 DOUT.</summary>
    public ImmutableArray<byte> Modes { get; init; } = [0, 1, 2, 3];

    /// <summary>Crystal in hertz.</summary>
    public required int Crystal { get; init; }

    /// <summary>Crystal for which the ROM computes its rate of 115200: with 26 MHz where it expects 40, that becomes 74880.</summary>
    public int AssumedCrystal { get; init; } = 40_000_000;

    /// <summary>Where the first image stands in the flash.</summary>
    public int BootOffset { get; init; }

    /// <summary>Chip id in an image header; -1 for the ESP8266, whose header has none.</summary>
    public int ImageChip { get; init; } = -1;

    /// <summary>First words of its boot text.</summary>
    public required string Banner { get; init; }

    /// <summary>Straps as its boot text shows them: from flash, and in download mode.</summary>
    public required (string Flash, string Download) Straps { get; init; }

    /// <summary>The way to the flash.</summary>
    public required EspSpiLayout Spi { get; init; }

    /// <summary>The divider of the UART's clock.</summary>
    public required uint UartDivider { get; init; }

    /// <summary>Where the MAC is; two words, the lower first. The ESP8266 has it otherwise.</summary>
    public uint MacAddress { get; init; }

    /// <summary>Other words that are never zero.</summary>
    public ImmutableDictionary<uint, uint> Words { get; init; } = ImmutableDictionary<uint, uint>.Empty;

    /// <summary>Addresses that answer; reading elsewhere ends in an exception and a restart.</summary>
    public required ImmutableArray<(uint From, uint To)> Mapped { get; init; }

    /// <summary>Maker's part of the MAC.</summary>
    public ImmutableArray<byte> Oui { get; init; } = [0x5C, 0xCF, 0x7F];

    /// <summary>Highest opcode in the ROM's table; above it, the answer names the command before.</summary>
    public byte LastOpcode => Is8266 ? (byte)0x0B : HasSecurityInfo ? (byte)0x14 : (byte)0x13;

    /// <summary>Rate of the boot text.</summary>
    /// <param name="crystal">The crystal that is on the board, hertz.</param>
    public int BootRate(int crystal) => (int)(115_200L * crystal / AssumedCrystal);
}
