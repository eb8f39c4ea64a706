using System.Collections.Immutable;
using System.Text;

namespace Unbrick.Formats.Flash;

/// <summary>
/// One copy of a U-Boot environment: variables in their order, and all that is needed to write it back with the same length, padding and
/// byte order. Changing a variable gives another environment; the CRC is computed when it is written.
/// </summary>
public sealed class UBootEnvironment
{
    private static readonly Encoding s_text = Encoding.Latin1;

    private readonly ImmutableArray<string> _entries;
    private readonly ReadOnlyMemory<byte> _tail;

    private UBootEnvironment(UBootEnvironmentLayout layout, byte flag, ImmutableArray<string> entries, ReadOnlyMemory<byte> tail, byte padding) =>
        (Layout, Flag, _entries, _tail, Padding) = (layout, flag, entries, tail, padding);

    public UBootEnvironmentLayout Layout { get; }

    /// <summary>The flag of a redundant copy; 0 for a single one.</summary>
    public byte Flag { get; }

    /// <summary>What fills the space behind the variables: FF or 00.</summary>
    public byte Padding { get; }

    /// <summary>Names and values in their order. Bytes are Latin-1 characters, so that nothing is lost; show them through <c>SafeText</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables => _entries.Select(Split);

    public int Count => _entries.Length;

    /// <summary>Bytes that may still be added: <c>name=value</c> and a NUL for each variable.</summary>
    public int Free => Layout.Size - Layout.HeaderSize - TextLength(_entries) - 1;

    /// <summary>The value of a variable, or null.</summary>
    public string? this[string name]
    {
        get
        {
            int at = IndexOf(name);
            return at < 0 ? null : Split(_entries[at]).Value;
        }
    }

    /// <summary>
    /// Reads the copy that begins here. Null when the text has no end: two NULs (or a NUL at once, for no variables at all).
    /// The CRC is not asked for, so that an environment with a wrong one can be repaired.
    /// </summary>
    public static UBootEnvironment? Read(ReadOnlySpan<byte> copy, UBootEnvironmentLayout layout)
    {
        if (copy.Length < layout.Size || layout.Size <= layout.HeaderSize)
            return null;
        ReadOnlySpan<byte> text = copy[layout.HeaderSize..layout.Size];
        ImmutableArray<string>.Builder entries = ImmutableArray.CreateBuilder<string>();
        int at = 0;
        while (at < text.Length && text[at] != 0)
        {
            int length = text[at..].IndexOf((byte)0);
            if (length < 0)
                return null;
            entries.Add(s_text.GetString(text.Slice(at, length)));
            at += length + 1;
        }
        if (at >= text.Length)
            return null;
        ReadOnlySpan<byte> tail = text[(at + 1)..];
        byte padding = tail.IsEmpty || tail[^1] != 0xFF ? (byte)0 : (byte)0xFF;
        return new(layout, layout.Redundant ? copy[UBootEnvironmentLayout.CrcSize] : (byte)0, entries.DrainToImmutable(), tail.ToArray(), padding);
    }

    /// <summary>
    /// The same with that variable; one that is there keeps its place, a new one comes last. Refuses names and values that the format
    /// cannot hold, and what does not fit.
    /// </summary>
    /// <exception cref="ArgumentException">The message says which and by how much.</exception>
    public UBootEnvironment Set(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name.AsSpan().ContainsAny('=', '\0') || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException("The name of a variable is made of visible ASCII characters without '='.", nameof(name));
        if (value.Contains('\0', StringComparison.Ordinal) || value.AsSpan().ContainsAnyExceptInRange('\0', 'ÿ'))
            throw new ArgumentException("A value is made of bytes other than NUL.", nameof(value));
        string entry = $"{name}={value}";
        int at = IndexOf(name);
        ImmutableArray<string> entries = at < 0 ? _entries.Add(entry) : _entries.SetItem(at, entry);
        int over = TextLength(entries) + 1 - (Layout.Size - Layout.HeaderSize);
        if (over > 0)
            throw new ArgumentException($"{name} does not fit: {over:N0} bytes more than the {Layout.Size:N0} of the environment.", nameof(value));
        return With(entries);
    }

    /// <summary>The same without that variable; unchanged when it is not there.</summary>
    public UBootEnvironment Unset(string name)
    {
        int at = IndexOf(name);
        return at < 0 ? this : With(_entries.RemoveAt(at));
    }

    /// <summary>The same with another flag: the copy that is written next takes the flag of the newer one plus 1.</summary>
    public UBootEnvironment WithFlag(byte flag) => new(Layout, flag, _entries, _tail, Padding);

    /// <summary>The bytes, <see cref="UBootEnvironmentLayout.Size"/> of them, with the CRC that fits.</summary>
    public byte[] Write()
    {
        byte[] copy = new byte[Layout.Size];
        if (Layout.Redundant)
            copy[UBootEnvironmentLayout.CrcSize] = Flag;
        int at = Layout.HeaderSize;
        foreach (string entry in _entries)
            at += s_text.GetBytes(entry, copy.AsSpan(at)) + 1;
        _tail.Span.CopyTo(copy.AsSpan(at + 1));
        Layout.Seal(copy);
        return copy;
    }

    /// <summary>
    /// Whether the second of two whole copies is the one in use: the higher flag is, except that 0 follows 255. Boot loaders on NOR flash
    /// mark the active copy with 1 and the obsolete with 0, which the same rule tells.
    /// </summary>
    public static bool IsSecondNewer(byte first, byte second) => (first, second) switch
    {
        (255, 0) => true,
        (0, 255) => false,
        _ => second > first,
    };

    /// <summary>What stood behind the text is replaced by padding of the same kind, as its length has changed.</summary>
    private UBootEnvironment With(ImmutableArray<string> entries)
    {
        byte[] tail = new byte[Layout.Size - Layout.HeaderSize - TextLength(entries) - 1];
        tail.AsSpan().Fill(Padding);
        return new(Layout, Flag, entries, tail, Padding);
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < _entries.Length; i++)
        {
            if (_entries[i].AsSpan().StartsWith(name) && _entries[i].AsSpan(name.Length) is ['=', ..])
                return i;
        }
        return -1;
    }

    private static int TextLength(ImmutableArray<string> entries) => entries.Sum(e => e.Length + 1);

    private static KeyValuePair<string, string> Split(string entry)
    {
        int equals = entry.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(entry, "") : new(entry[..equals], entry[(equals + 1)..]);
    }
}
