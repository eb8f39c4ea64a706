using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unbrick.Net;
using Unbrick.Net.Host;

namespace Unbrick.Recovery.Host;

/// <summary>How far a change is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JournalState>))]
internal enum JournalState
{
    /// <summary>Written before the change is made: from here on it may be there.</summary>
    [JsonStringEnumMemberName("planned")]
    Planned,

    /// <summary>Written after it was taken back, or turned out not to have been made.</summary>
    [JsonStringEnumMemberName("undone")]
    Undone,
}

/// <summary>
/// One line of the journal. Planned and undone lines of a change are equal but for <see cref="State"/> and <see cref="At"/>, so that a
/// lost or damaged line anywhere cannot make others mean something else.
/// </summary>
/// <param name="State">How far the change is.</param>
/// <param name="Kind"><c>address</c>, <c>enabled</c> or <c>neighbor</c>.</param>
/// <param name="Adapter">See <see cref="HostChange"/>.</param>
/// <param name="Index">See <see cref="HostChange"/>.</param>
/// <param name="Address"><c>192.168.0.66/24</c>, for <c>neighbor</c> without a length; null for <c>enabled</c>.</param>
/// <param name="Pid">See <see cref="RunIdentity"/>.</param>
/// <param name="Started">See <see cref="RunIdentity"/>.</param>
/// <param name="Boot">See <see cref="RunIdentity"/>.</param>
/// <param name="Network">See <see cref="RunIdentity"/>.</param>
/// <param name="At">When the line was written; for people who read the file.</param>
/// <param name="Mac"><c>02:aa:bb:cc:dd:20</c> for <c>neighbor</c>; null otherwise, and in lines of older versions.</param>
internal sealed record JournalEntry(
    JournalState State, string Kind, string Adapter, int Index, string? Address, int Pid, string Started, string Boot, string Network,
    DateTimeOffset At, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Mac = null)
{
    private const string KindAddress = "address";
    private const string KindEnabled = "enabled";
    private const string KindNeighbor = "neighbor";
    private const int LongestPrefix = 32;

    /// <summary>The line for a change.</summary>
    public static JournalEntry For(JournalState state, HostChange change, RunIdentity run, DateTimeOffset at) => new(
        state, change.Neighbor is not null ? KindNeighbor : change.Address is not null ? KindAddress : KindEnabled, change.Adapter,
        change.Index, change.Neighbor?.Address.ToString() ?? change.Address?.ToString(), run.Pid, run.Started, run.Boot, run.Network, at,
        change.Neighbor?.MacText);

    /// <summary>The line as bytes, with its line feed.</summary>
    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this, JournalJson.Default.JournalEntry), (byte)'\n'];

    /// <summary>Reads a line; false for anything that is not a whole entry.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out JournalState state, out OwnedChange owned)
    {
        state = default;
        owned = null!;
        try
        {
            if (JsonSerializer.Deserialize(line, JournalJson.Default.JournalEntry) is not JournalEntry entry)
                return false;
            if (entry.Change() is not HostChange change)
                return false;
            state = entry.State;
            owned = new(change, new RunIdentity(entry.Pid, entry.Started, entry.Boot, entry.Network));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private HostChange? Change() => (Kind, Address) switch
    {
        (KindAddress, string text) when TryReadAddress(text, out AdapterAddress address) =>
            new(HostChangeKind.AddressAdded, Adapter, Index, address),
        (KindNeighbor, string text) when Ipv4.TryParse(text, out IPAddress host) && NeighborEntry.TryReadMac(Mac, out PhysicalAddress mac) =>
            new(HostChangeKind.NeighborFixed, Adapter, Index, Address: null, new NeighborEntry(host, mac)),
        (KindEnabled, null) => new(HostChangeKind.AdapterEnabled, Adapter, Index, Address: null),
        _ => null,
    };

    private static bool TryReadAddress(string text, out AdapterAddress address)
    {
        address = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !Ipv4.TryParse(text[..slash], out IPAddress host)
            || !int.TryParse(text[(slash + 1)..], NumberStyles.None, null, out int prefix) || prefix > LongestPrefix)
            return false;
        address = new(host, prefix);
        return true;
    }
}

/// <summary>A change and the run that made it.</summary>
internal sealed record OwnedChange(HostChange Change, RunIdentity Run);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
