using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

/// <summary>
/// The variables of U-Boot in flash (u-boot env/common.c, tools/env/fw_env.c; <c>Bdata</c> of Xiaomi is kept the same way). No magic number:
/// in a dump it is text at a place where sectors begin, and the CRC decides.
/// </summary>
public sealed class UBootEnvironmentFormat : IFormatWriter, IScansItself
{
    /// <summary>Sectors are 4 KiB or more; some boards have several things in one, never closer than this.</summary>
    private const int Step = 0x400, Sector = 0x1000;

    private const int LongestName = 64, LongestEntry = 0x4000, MostVariablesShown = 512;

    private static readonly SearchValues<byte> s_nameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:#@/+"u8);

    /// <summary>Text of a wiped environment is one only with one of these in it.</summary>
    private static readonly string[] s_known =
        ["bootcmd", "bootdelay", "baudrate", "bootargs", "ethaddr", "ipaddr", "serverip", "boot_wait", "stdin", "SN", "CountryCode", "mtdparts"];

    public string Id => "uboot-env";

    public string Title => "U-Boot environment";

    public ImmutableArray<BytePattern> Patterns => [];

    public void Candidates(ReadOnlySpan<byte> image, List<int> places)
    {
        for (int at = 0; at <= image.Length - UBootEnvironmentLayout.SmallestSize; at += Step)
        {
            // Byte 5 is the first or the second one of a name; it rules out nearly all places by one look.
            if (image[at + 5] is (>= (byte)'#' and <= (byte)'z') && LooksLikeText(image[at..]))
                places.Add(at);
        }
    }

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !LooksLikeText(bytes))
            return null;
        if (input.Claimed && ErasedFlash.Is(bytes))
            return Unreadable.Claim(input, Id, ErasedFlash.Flaw(FlawCode.Empty, bytes, input.At));
        ReadOnlySpan<int> exact = input.Claimed || input.AtStart ? [bytes.Length, bytes.Length / 2] : [];
        // Where 4 KiB sectors do not begin, only small ones are: each size costs a CRC over it.
        int largest = input.Claimed || input.AtStart || input.At % Sector == 0 ? UBootEnvironmentLayout.LargestSize : 4 * Sector;
        if (UBootEnvironmentLayout.Find(bytes, largest, exact) is { } layout)
            return Whole(input, layout);
        if ((input.Claimed || input.AtStart) && FindSecond(bytes) is { } second)
            return Found(input, second with { Size = bytes.Length / 2 }, 2);
        return Damaged(input);
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        if (Read(input) is not { } finding || finding["size"] is not long size)
            return null;
        UBootEnvironmentLayout layout = new((int)size, finding["big_endian"] is true, finding["redundant"] is true);
        byte[] written = new byte[finding.Length];
        for (int at = 0; at < finding.Length; at += layout.Size)
        {
            if (UBootEnvironment.Read(input.Bytes[at..], layout) is not { } copy)
                return null;
            copy.Write().CopyTo(written, at);
        }
        return written;
    }

    private Finding Whole(in FormatInput input, UBootEnvironmentLayout layout)
    {
        bool pair = layout.Redundant && input is { AtStart: true } or { Claimed: true } && input.Length == 2L * layout.Size;
        return Found(input, layout, pair ? 2 : 1);
    }

    /// <summary>The first copy of a file of two is damaged, the second is whole.</summary>
    private static UBootEnvironmentLayout? FindSecond(ReadOnlySpan<byte> bytes)
    {
        int half = bytes.Length / 2;
        if (bytes.Length % 2 != 0 || half < UBootEnvironmentLayout.SmallestSize)
            return null;
        return UBootEnvironmentLayout.Find(bytes[half..], redundant: true, 0, [half]);
    }

    private Finding Found(in FormatInput input, UBootEnvironmentLayout layout, int copies)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        UBootEnvironment? active = null;
        int activeCopy = 0;
        for (int i = 0; i < copies; i++)
        {
            ReadOnlySpan<byte> copy = input.Bytes.Slice(i * layout.Size, layout.Size);
            UBootEnvironment? read = UBootEnvironment.Read(copy, layout);
            int at = input.At + (i * layout.Size);
            bool fits = layout.CrcOf(copy) == layout.StoredCrc(copy);
            if (!fits)
                flaws.Add(Flaw.Differs(FlawCode.Crc, copies == 1 ? "CRC" : $"CRC of copy {i + 1}", layout.StoredCrc(copy), layout.CrcOf(copy), at));
            if (read is null)
                flaws.Add(new Flaw(FlawCode.NoTerminator, $"no two NULs end the variables within {layout.Size:N0} bytes", at));
            if (read is not null && (fits || copies == 1) && (active is null || UBootEnvironment.IsSecondNewer(active.Flag, read.Flag)))
                (active, activeCopy) = (read, i);
        }
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(Fact.Number("size", layout.Size));
        facts.Add(Fact.Flag("redundant", layout.Redundant));
        facts.Add(Fact.Flag("big_endian", layout.BigEndian));
        if (layout.Redundant)
            facts.Add(Fact.Number("flag", active?.Flag ?? input.Bytes[UBootEnvironmentLayout.CrcSize]));
        if (copies > 1)
        {
            facts.Add(Fact.Number("copies", copies));
            facts.Add(Fact.Number("active", activeCopy));
        }
        AddVariables(facts, active);
        return new Finding
        {
            Offset = input.At,
            Length = copies * layout.Size,
            Format = Id,
            Variant = active?["CountryCode"] is not null && active["bootcmd"] is null ? "bdata" : null,
            Confidence = flaws.Count == 0 || copies > 1 ? Confidence.Certain : Confidence.Likely,
            Facts = facts.DrainToImmutable(),
        }.With(flaws.DrainToImmutable());
    }

    private static void AddVariables(ImmutableArray<Fact>.Builder facts, UBootEnvironment? environment)
    {
        if (environment is null)
            return;
        ImmutableSortedDictionary<string, string>.Builder shown = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in environment.Variables.Take(MostVariablesShown))
            shown.TryAdd(Shown(name), Shown(value));
        facts.Add(Fact.Number("count", environment.Count));
        facts.Add(Fact.Number("free", environment.Free));
        foreach (string name in (ReadOnlySpan<string>)["bootdelay", "ethaddr", "model", "boot_wait", "uart_en"])
        {
            if (environment[name] is string value)
                facts.Add(Fact.Text(name, Shown(value)));
        }
        facts.Add(Fact.Map("variables", shown.ToImmutable()));
    }

    private static string Shown(string text) => SafeText.Show(Encoding.Latin1.GetBytes(text), 200);

    /// <summary>No CRC fits. Clear text with the names that boot loaders use is still one: U-Boot says "bad CRC" and takes its defaults.</summary>
    private Finding? Damaged(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length <= UBootEnvironmentLayout.CrcSize + 2)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(UBootEnvironmentLayout.SmallestSize, bytes.Length)) : null;
        bool redundant = !LooksLikeEntry(bytes, UBootEnvironmentLayout.CrcSize) && LooksLikeEntry(bytes, UBootEnvironmentLayout.CrcSize + 1);
        int size = input.Claimed && bytes.Length <= UBootEnvironmentLayout.LargestSize ? bytes.Length : LikelySize(bytes, redundant);
        if (!input.Claimed)
        {
            // The text is bounded by the largest size, so reading it costs no more than that.
            UBootEnvironment? text = size == 0 ? null : UBootEnvironment.Read(bytes, new(size, false, redundant));
            if (text is null || text.Count < 3 || (input.At % Sector != 0 && !input.AtStart) || !s_known.Any(name => text[name] is not null))
                return null;
        }
        return Found(input, new(size == 0 ? Math.Min(bytes.Length, UBootEnvironmentLayout.LargestSize) : size, false, redundant), 1);
    }

    /// <summary>The largest usual size up to 64 KiB whose rest behind the text is nothing but padding; 0 when the text has no end.</summary>
    private static int LikelySize(ReadOnlySpan<byte> bytes, bool redundant)
    {
        int header = redundant ? UBootEnvironmentLayout.CrcSize + 1 : UBootEnvironmentLayout.CrcSize;
        int end = bytes[header..Math.Min(bytes.Length, UBootEnvironmentLayout.LargestSize)].IndexOf("\0\0"u8);
        if (end < 0)
            return 0;
        end += header + 2;
        int likely = 0;
        for (int size = UBootEnvironmentLayout.SmallestSize; size <= Math.Min(bytes.Length, UBootEnvironmentLayout.LargestSize); size *= 2)
        {
            if (size < end)
                continue;
            if (likely == 0 || (size <= 0x1_0000 && bytes[end..size].IsAll(bytes[end])))
                likely = size;
        }
        return likely;
    }

    private static bool LooksLikeText(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= UBootEnvironmentLayout.SmallestSize
        && (LooksLikeEntry(bytes, UBootEnvironmentLayout.CrcSize) || LooksLikeEntry(bytes, UBootEnvironmentLayout.CrcSize + 1));

    /// <summary>A name, an equals sign, a value of text and a NUL stand there, and behind them the end or another name.</summary>
    private static bool LooksLikeEntry(ReadOnlySpan<byte> bytes, int at)
    {
        int length = NameLength(bytes, at);
        if (length == 0)
            return false;
        ReadOnlySpan<byte> value = bytes[(at + length + 1)..Math.Min(bytes.Length, at + LongestEntry)];
        int end = value.IndexOf((byte)0);
        // Scripts have tabs and line ends in them, names of networks any byte of UTF-8.
        if (end < 0 || value[..end].ContainsAnyInRange((byte)1, (byte)8) || value[..end].Contains((byte)0xFF))
            return false;
        int next = at + length + 1 + end + 1;
        return next < bytes.Length && (bytes[next] == 0 || NameLength(bytes, next) > 0);
    }

    /// <summary>Bytes of the name before an equals sign; 0 when there is none.</summary>
    private static int NameLength(ReadOnlySpan<byte> bytes, int at)
    {
        ReadOnlySpan<byte> name = bytes.Slice(at, Math.Min(LongestName, bytes.Length - at));
        int length = name.IndexOfAnyExcept(s_nameBytes);
        return length > 0 && name[length] == '=' ? length : 0;
    }
}
