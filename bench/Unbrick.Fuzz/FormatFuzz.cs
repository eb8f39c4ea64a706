using System.Collections.Immutable;
using Unbrick.Formats;

namespace Unbrick.Fuzz;

/// <summary>
/// Samples, damaged, at everything that reads, writes and compares images. A mutation changes a few bytes of a window of its own and undoes
/// them afterwards, so that ten millions of them fit into a run.
/// </summary>
internal sealed class FormatFuzz
{
    private const int LargestSample = 128 << 10, HeaderLength = 512, MostChanges = 8, ScanEvery = 256, RewriteEvery = 16;

    /// <summary>What may be unpacked and what may be allocated beside it: a few times the sample and some room for findings.</summary>
    private const long MostUnpacked = 1 << 20, AllocatedAlways = 4 << 20, AllocatedPerByte = 16;

    /// <summary>The bound that every input has: 2 s a MiB, and something for a machine that does other things, too.</summary>
    private static readonly TimeSpan s_always = TimeSpan.FromSeconds(4), s_perMebibyte = TimeSpan.FromSeconds(2);

    private static readonly uint[] s_limits = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFC0];

    private static readonly ImmutableArray<Expectation> s_expected =
    [
        new() { HwId = 1, HwRev = 1, Region = "EU", Boards = ["x"], Product = "x", Signature = "x", SupportId = "x", DeviceId = 1 },
        new() { Chip = "esp32", Arch = "mips", Compat = "1.0", KeepSettings = true, LabelMac = "02:aa:bb:cc:dd:ee", FlashSize = 1, PartitionSize = 1, LargestApp = 1 },
    ];

    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly List<(IFirmwareFormat Format, string Name, byte[] Bytes)> _samples;
    private readonly List<(int At, byte Was)> _changes = [];

    public FormatFuzz(string samples, int seed, TimeProvider time)
    {
        _random = new Random(seed);
        _time = time;
        _samples = [.. Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(Load)];
        if (_samples.Count == 0)
            throw new FuzzException($"no samples below {samples}");
    }

    /// <summary>Findings that came back, over all steps: a run that finds nothing tests nothing.</summary>
    public long Findings { get; private set; }

    /// <summary>What was done last.</summary>
    public string Last { get; private set; } = "";

    /// <summary>The bytes that it was done with; only those of a step that failed.</summary>
    public byte[] Failing { get; private set; } = [];

    /// <summary>One mutation; null, or what went wrong.</summary>
    public string? Step(int number)
    {
        (IFirmwareFormat format, string name, byte[] bytes) = Pick();
        bool scan = number % ScanEvery == 0;
        Last = $"mutation {number} of {name}";
        int end = Mutate(bytes);
        string? failure = null;
        try
        {
            long began = _time.GetTimestamp(), allocated = GC.GetAllocatedBytesForCurrentThread();
            if (scan)
                Scan(bytes.AsMemory(0, end));
            else
                Read(format, bytes.AsMemory(0, end), number);
            long took = GC.GetAllocatedBytesForCurrentThread() - allocated;
            long most = AllocatedAlways + (AllocatedPerByte * end) + (MostUnpacked * 4);
            TimeSpan time = _time.GetElapsedTime(began);
            return failure = took > most ? $"{took:N0} bytes allocated for {end:N0}, {most:N0} at the most"
                : time > s_always + (s_perMebibyte * (end / 1048576.0)) ? $"took {time} for {end:N0} bytes" : null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return failure = e.ToString();
        }
        finally
        {
            if (failure is not null)
                Failing = bytes[..end];
            Undo(bytes);
        }
    }

    private static IEnumerable<(IFirmwareFormat, string, byte[])> Load(string file)
    {
        string name = Path.GetFileName(Path.GetDirectoryName(file)!);
        if (Path.GetExtension(file) != ".md" && FormatRegistry.Find(name) is IFirmwareFormat format && new FileInfo(file).Length is > 0 and <= LargestSample)
            yield return (format, $"{name}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
    }

    /// <summary>The smallest of three: cheap mutations are as good as dear ones, and there are more of them.</summary>
    private (IFirmwareFormat Format, string Name, byte[] Bytes) Pick()
    {
        (IFirmwareFormat Format, string Name, byte[] Bytes) best = _samples[_random.Next(_samples.Count)];
        for (int i = 0; i < 2; i++)
        {
            (IFirmwareFormat Format, string Name, byte[] Bytes) other = _samples[_random.Next(_samples.Count)];
            if (other.Bytes.Length < best.Bytes.Length)
                best = other;
        }
        return best;
    }

    /// <summary>Changes bytes in place; returns where the file ends now.</summary>
    private int Mutate(byte[] bytes)
    {
        for (int changes = _random.Next(1, MostChanges); changes > 0; changes--)
        {
            int at = _random.Next(4) > 0 ? _random.Next(Math.Min(HeaderLength, bytes.Length)) : _random.Next(bytes.Length);
            switch (_random.Next(6))
            {
                case 0:
                    Set(bytes, at, (byte)(bytes[at] ^ 1 << _random.Next(8)));
                    break;
                case 1:
                    Set(bytes, at, (byte)_random.Next(256));
                    break;
                case 2:
                    SetNumber(bytes, at & ~3, s_limits[_random.Next(s_limits.Length)]);
                    break;
                case 3:
                    SetNumber(bytes, at & ~3, (uint)(bytes.Length + _random.Next(-64, 65)));
                    break;
                case 4:
                    Splice(bytes, at, _samples[_random.Next(_samples.Count)].Bytes);
                    break;
                default:
                    Splice(bytes, at, bytes.AsSpan(_random.Next(bytes.Length))); // the thing in itself
                    break;
            }
        }
        return _random.Next(4) == 0 ? _random.Next(1, bytes.Length + 1) : bytes.Length;
    }

    private void SetNumber(byte[] bytes, int at, uint value)
    {
        bool big = _random.Next(2) == 0;
        for (int i = 0; i < 4 && at + i < bytes.Length; i++)
            Set(bytes, at + i, (byte)(value >> 8 * (big ? 3 - i : i)));
    }

    private void Splice(byte[] bytes, int at, ReadOnlySpan<byte> from)
    {
        byte[] piece = from[..Math.Min(from.Length, _random.Next(1, 128))].ToArray();
        for (int i = 0; i < piece.Length && at + i < bytes.Length; i++)
            Set(bytes, at + i, piece[i]);
    }

    private void Set(byte[] bytes, int at, byte value)
    {
        _changes.Add((at, bytes[at]));
        bytes[at] = value;
    }

    private void Undo(byte[] bytes)
    {
        for (int i = _changes.Count - 1; i >= 0; i--)
            bytes[_changes[i].At] = _changes[i].Was;
        _changes.Clear();
    }

    private void Read(IFirmwareFormat format, ReadOnlyMemory<byte> image, int number)
    {
        int at = _random.Next(8) == 0 ? _random.Next(image.Length) : 0;
        FormatInput input = new(image, at, image.Length, new ReadBudget(MostUnpacked))
        {
            Claimed = _random.Next(2) == 0,
            AtStart = at == 0,
            Proven = _random.Next(8) == 0,
        };
        Finding? found = format.Read(input);
        Require(found is not null || !input.Claimed, "a claimed thing is nothing");
        if (found is not null)
        {
            Judge(found, at, image.Length);
            foreach (Flaw flaw in format.Compare(found, s_expected[number % s_expected.Length]))
                Require(flaw.Seen.Length > 0, "a flaw without words");
        }
        if (number % RewriteEvery == 0 && format is IFormatWriter writer)
            Require(writer.Rewrite(input) is not { Length: 0 }, "nothing is written");
    }

    private void Scan(ReadOnlyMemory<byte> image)
    {
        int at = 0;
        foreach (Finding tile in ImageScan.Tile(image, new ReadBudget(MostUnpacked)))
        {
            Require(tile.Offset == at, $"a tile begins at {tile.Offset}, the last one ended at {at}");
            Judge(tile, at, image.Length);
            at = tile.End;
        }
        Require(at == image.Length, $"the tiles end at {at} of {image.Length}");
    }

    private void Judge(Finding found, int at, int end)
    {
        Findings++;
        Require(found.Offset == at && found.Length > 0 && found.Length <= end - at, $"{found.Format} at {found.Offset} has {found.Length} of {end - at} bytes");
        Require(found.Verdict == Verdict.Bad == found.Flaws.Length > 0, $"{found.Format} is {found.Verdict} with {found.Flaws.Length} flaws");
        foreach (Flaw flaw in found.Flaws)
            Require(!flaw.Seen.Any(char.IsControl), "a flaw is told with control characters");
        foreach (Part part in found.Parts)
            Require(part.Offset >= 0 && part.Length >= 0 && part.Length <= end - part.Offset, $"part {part.Name} of {found.Format} lies outside of the image");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new FuzzException(what);
    }
}
