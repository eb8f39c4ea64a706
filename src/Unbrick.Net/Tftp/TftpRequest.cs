using System.Collections.Immutable;
using System.Text;
using Unbrick.Core.Text;

namespace Unbrick.Net.Tftp;

/// <summary>How the client wants the bytes (RFC 1350 s1).</summary>
public enum TftpMode
{
    /// <summary>As they are.</summary>
    Octet,

    /// <summary>As text lines: LF becomes CR LF, CR becomes CR NUL (RFC 764).</summary>
    Netascii,
}

/// <summary>Why a request cannot be answered with a file.</summary>
public enum TftpRequestFault
{
    /// <summary>It is a good request.</summary>
    None,

    /// <summary>Neither RRQ nor WRQ.</summary>
    NotARequest,

    /// <summary>No NUL after the name or the mode: the packet was cut, or is hostile. Never read on into whatever follows.</summary>
    Unterminated,

    /// <summary>Mode is neither octet nor netascii.</summary>
    UnknownMode,

    /// <summary>Longer than any real request.</summary>
    TooLong,
}

/// <summary>A read or write request.</summary>
/// <remarks>
/// <code>
/// opcode u16 | name NUL | mode NUL | { option NUL value NUL }*        RFC 1350 s5, RFC 2347
/// </code>
/// Names and modes are ASCII in the RFC; what is no UTF-8 in a name is kept one character a byte, so that it can be shown and never throws.
/// An option whose value is cut off is left out.
/// </remarks>
public sealed class TftpRequest
{
    /// <summary>RFC 2347 s2: "the maximum size of a request packet is 512 octets"; some clients go over it, none goes over this.</summary>
    private const int LongestRequest = 1472;

    /// <summary>More options than exist; the rest of a longer list is not read.</summary>
    private const int MostOptions = 32;

    private const int LongestOption = 64;

    private TftpRequest(TftpOpcode opcode, string name, TftpMode mode, ImmutableArray<KeyValuePair<string, string>> options, byte[] raw)
    {
        Opcode = opcode;
        Name = name;
        Mode = mode;
        Options = options;
        Raw = raw;
    }

    /// <summary><see cref="TftpOpcode.Rrq"/> or <see cref="TftpOpcode.Wrq"/>.</summary>
    public TftpOpcode Opcode { get; }

    /// <summary>The file's name as asked; hostile until proven otherwise.</summary>
    public string Name { get; }

    /// <summary>The transfer mode.</summary>
    public TftpMode Mode { get; }

    /// <summary>Options in the order they came, names in lower case, each name once (the first counts).</summary>
    public ImmutableArray<KeyValuePair<string, string>> Options { get; }

    /// <summary>The packet itself: a repeat is a packet with the same bytes.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>The value of an option, or null.</summary>
    public string? Option(string name)
    {
        foreach ((string key, string value) in Options)
        {
            if (key == name)
                return value;
        }
        return null;
    }

    /// <summary>Reads a request; <paramref name="request"/> is null exactly when a fault is returned.</summary>
    public static TftpRequestFault TryParse(ReadOnlySpan<byte> packet, out TftpRequest? request)
    {
        request = null;
        TftpOpcode opcode = TftpWire.OpcodeOf(packet);
        if (opcode is not (TftpOpcode.Rrq or TftpOpcode.Wrq))
            return TftpRequestFault.NotARequest;
        if (packet.Length > LongestRequest)
            return TftpRequestFault.TooLong;
        ReadOnlySpan<byte> rest = packet[2..];
        if (!TryTake(ref rest, out ReadOnlySpan<byte> name) || !TryTake(ref rest, out ReadOnlySpan<byte> modeText))
            return TftpRequestFault.Unterminated;
        TftpMode mode;
        if (Ascii.EqualsIgnoreCase(modeText, "octet"u8))
            mode = TftpMode.Octet;
        else if (Ascii.EqualsIgnoreCase(modeText, "netascii"u8))
            mode = TftpMode.Netascii;
        else
            return TftpRequestFault.UnknownMode;
        request = new TftpRequest(opcode, DecodeName(name), mode, ReadOptions(rest), packet.ToArray());
        return TftpRequestFault.None;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Opcode == TftpOpcode.Rrq ? "wants" : "sends")} {SafeText.Show(Name)} ({string.Join(", ",
            Options.Select(o => $"{o.Key} {SafeText.Show(o.Value, 20)}").Prepend(Mode == TftpMode.Octet ? "octet" : "netascii"))})";

    private static ImmutableArray<KeyValuePair<string, string>> ReadOptions(ReadOnlySpan<byte> rest)
    {
        ImmutableArray<KeyValuePair<string, string>>.Builder options = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        HashSet<string> seen = [];
        while (options.Count < MostOptions && TryTake(ref rest, out ReadOnlySpan<byte> name) && TryTake(ref rest, out ReadOnlySpan<byte> value))
        {
            if (!IsPlain(name) || !IsPlain(value))
                continue;
            string key = Encoding.ASCII.GetString(name).ToLowerInvariant();
            if (seen.Add(key))
                options.Add(new(key, Encoding.ASCII.GetString(value)));
        }
        return options.ToImmutable();
    }

    /// <summary>Printable ASCII, as all options there are; others would only do mischief on a screen or in a log.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> text) =>
        text.Length <= LongestOption && text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        int end = rest.IndexOf((byte)0);
        text = end < 0 ? [] : rest[..end];
        if (end < 0)
            return false;
        rest = rest[(end + 1)..];
        return true;
    }

    private static string DecodeName(ReadOnlySpan<byte> name)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(name);
        }
    }
}
