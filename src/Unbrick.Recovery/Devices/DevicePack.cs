using System.Buffers.Binary;
using System.Text;

namespace Unbrick.Recovery.Devices;

// What src/Unbrick.DevicePack writes, all numbers little-endian:
//   0   4  "UBDP"
//   4   4  version
//   8   24 six numbers: texts, recipes, board tables, files, devices, where the first text begins
//   32     where each text, recipe, table, file and device begins, counted from the first text, and where the last one ends: a u32 each

/// <summary>
/// The devices of <c>data/devices</c> as the build packs them: a table of texts, each once, and small records that are read when somebody
/// asks for them. The JSON files are 3 MB and the source of truth; this is a sixth of them and ready as soon as it is in memory.
/// </summary>
internal sealed class DevicePack
{
    public const string Path = "data/devices.pack";

    private const int Version = 1, Header = 32;

    private static readonly Lazy<DevicePack> s_shipped = new(() => new DevicePack(EmbeddedData.InPlace(Path) ?? throw new InvalidDataException(Path)));

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string?[]? _texts;
    private readonly int _recipes, _tables, _files, _devices, _records;

    /// <param name="bytes">All of it.</param>
    /// <param name="keepsTexts">Each text is made once and kept, for who keeps what he reads.</param>
    public DevicePack(ReadOnlyMemory<byte> bytes, bool keepsTexts = true)
    {
        ReadOnlySpan<byte> head = bytes.Span;
        if (head.Length < Header || !head.StartsWith("UBDP"u8) || Number(head, 4) != Version)
            throw new InvalidDataException($"{Path} is not of this version");
        _bytes = bytes;
        _texts = keepsTexts ? new string?[Number(head, 8)] : null;
        RecipeCount = Number(head, 12);
        TableCount = Number(head, 16);
        FileCount = Number(head, 20);
        DeviceCount = Number(head, 24);
        _records = Number(head, 28);
        _recipes = Number(head, 8);
        _tables = _recipes + RecipeCount;
        _files = _tables + TableCount;
        _devices = _files + FileCount;
    }

    /// <summary>The one inside this assembly. Texts that two threads ask for at once are made twice, which does no harm.</summary>
    public static DevicePack Shipped => s_shipped.Value;

    /// <summary>Devices of <c>mined.json</c>, in its order.</summary>
    public int DeviceCount { get; }

    /// <summary>Files of <c>curated/</c>, by name.</summary>
    public int FileCount { get; }

    public int RecipeCount { get; }

    /// <summary>Tables of TP-Link boards.</summary>
    public int TableCount { get; }

    public PackReader Device(int number) => Record(_devices + number);

    public PackReader File(int number) => Record(_files + number);

    public PackReader Recipe(int number) => Record(_recipes + number);

    /// <summary>Begins with the name of the board.</summary>
    public PackReader Table(int number) => Record(_tables + number);

    /// <summary>The same pack for one look at all of it.</summary>
    public DevicePack Passing() => new(_bytes, keepsTexts: false);

    public string Text(int number) => _texts is null ? Encoding.UTF8.GetString(Bytes(number)) : _texts[number] ??= Encoding.UTF8.GetString(Bytes(number));

    private PackReader Record(int number) => new(this, Bytes(number));

    private ReadOnlySpan<byte> Bytes(int number)
    {
        ReadOnlySpan<byte> bytes = _bytes.Span;
        int at = Number(bytes, Header + (4 * number)), end = Number(bytes, Header + (4 * (number + 1)));
        return bytes.Slice(_records + at, end - at);
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
}
