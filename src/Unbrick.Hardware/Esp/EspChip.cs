using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbrick.Hardware.Esp;

/// <summary>What is known of a chip and its ROM loader: <c>data/esp/ID.json</c>.</summary>
public sealed record EspChip
{
    private const string Folder = "data/esp/";

    private static readonly Lazy<ImmutableArray<EspChip>> s_all = new(Load);

    /// <summary>As in the header of images: <c>esp8266</c>, <c>esp32s3</c>.</summary>
    public required string Id { get; init; }

    /// <summary>As printed on it.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>Values at 0x40001000.</summary>
    public required ImmutableArray<EspNumber> Magic { get; init; }

    /// <summary>Number in <see cref="EspOp.SecurityInfo"/> and in image headers; null for the ESP8266.</summary>
    public int? ChipId { get; init; }

    /// <summary>Rate of the ROM's boot text.</summary>
    public required int BootBaud { get; init; }

    /// <summary>Where the image lies that the ROM starts.</summary>
    public required EspNumber BootOffset { get; init; }

    /// <summary>Pin that is low for download mode.</summary>
    public required string Strap { get; init; }

    /// <summary>Words in <see cref="EspOp.FlashBegin"/>: later ROMs have a fifth for encrypted writing.</summary>
    public required int BeginWords { get; init; }

    /// <summary>What the ROM can: <c>attach read-slow md5 deflate baud security</c>.</summary>
    public required ImmutableArray<string> Commands { get; init; }

    /// <summary>The ROM erases the sectors up to the next 64 KiB twice over (<see cref="Esp8266Erase"/>).</summary>
    public bool ErasesTwice { get; init; }

    /// <summary>The registers of the flash controller.</summary>
    public required EspSpiRegisters Spi { get; init; }

    /// <summary>The words of the MAC address; null for the ESP8266, which has its own way.</summary>
    public EspMacPlace? Mac { get; init; }

    /// <summary>How the crystal is found from the rate divider.</summary>
    public required EspCrystal Crystal { get; init; }

    /// <summary>Count of flash encryption: on when odd.</summary>
    public EspField? Encryption { get; init; }

    /// <summary>Secure boot: on when any bit is set.</summary>
    public EspField? SecureBoot { get; init; }

    /// <summary>Where that is known from.</summary>
    public required ImmutableArray<string> Sources { get; init; }

    /// <summary>All chips.</summary>
    public static ImmutableArray<EspChip> All => s_all.Value;

    /// <summary>Has the ROM that command?</summary>
    public bool Can(string command) => Commands.Contains(command);

    /// <summary>By the value at 0x40001000; null when it is none of them.</summary>
    public static EspChip? ByMagic(uint magic) => All.FirstOrDefault(chip => chip.Magic.Any(m => m.Value == magic));

    /// <summary>By its number.</summary>
    public static EspChip? ByChipId(int id) => All.FirstOrDefault(chip => chip.ChipId == id);

    /// <summary>By its id.</summary>
    public static EspChip? ById(string id) => All.FirstOrDefault(chip => chip.Id == id);

    private static ImmutableArray<EspChip> Load() =>
    [
        .. typeof(EspChip).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using Stream stream = typeof(EspChip).Assembly.GetManifestResourceStream(name)!;
            return JsonSerializer.Deserialize(stream, EspJsonContext.Default.EspChip)!;
        }),
    ];
}

/// <summary>A number that is written as hexadecimal text.</summary>
/// <param name="Value">It.</param>
[JsonConverter(typeof(EspNumberConverter))]
public readonly record struct EspNumber(uint Value);

/// <summary>Offsets from <paramref name="Base"/>; command at 0, address at 4.</summary>
/// <param name="Base">Address of the controller.</param>
/// <param name="Usr">Which parts a transfer has.</param>
/// <param name="Usr1">Their lengths.</param>
/// <param name="Usr2">The opcode.</param>
/// <param name="Mosi">Bits to send; null where <paramref name="Usr1"/> has it.</param>
/// <param name="Miso">Bits to receive; null where <paramref name="Usr1"/> has it.</param>
/// <param name="W0">First of 16 words of data.</param>
public sealed record EspSpiRegisters(EspNumber Base, EspNumber Usr, EspNumber Usr1, EspNumber Usr2, EspNumber? Mosi, EspNumber? Miso, EspNumber W0);

/// <summary>The two words of an address.</summary>
/// <param name="Low">Address of the low 32 bits.</param>
/// <param name="High">Address of the high 16 bits.</param>
public sealed record EspMacPlace(EspNumber Low, EspNumber High);

/// <summary>Rate × divider / <paramref name="Divide"/> is about one of <paramref name="Mhz"/>.</summary>
/// <param name="Register">The divider in bits 19:0.</param>
/// <param name="Divide">By what.</param>
/// <param name="Mhz">Crystals there are.</param>
public sealed record EspCrystal(EspNumber Register, int Divide, ImmutableArray<int> Mhz);

/// <summary>Bits of a register.</summary>
/// <param name="Register">Address.</param>
/// <param name="Shift">Lowest bit.</param>
/// <param name="Bits">How many.</param>
public sealed record EspField(EspNumber Register, int Shift, int Bits);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(EspChip))]
internal sealed partial class EspJsonContext : JsonSerializerContext;
