using System.Collections.Immutable;
using System.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Flash;

namespace Unbrick.Formats.Editing;

/// <summary>
/// Changes the MAC addresses of a dump. An address is refused that no network card may have, that the unit has already for another port, or
/// that is known from dumps that people share, because then a hundred routers have it.
/// </summary>
/// <param name="image">What is edited.</param>
/// <param name="spots">Where this device keeps its addresses; those outside of the image are left out.</param>
/// <param name="shared">Addresses known from shared dumps and from firmware that found none.</param>
public sealed class MacEditor(EditedImage image, IEnumerable<MacSpot> spots, ImmutableHashSet<MacAddress> shared)
{
    /// <summary>The addresses of one unit lie closer together than this; what is further off has nothing to do with its label.</summary>
    private const int FarthestOwn = 64;

    private const string Singly = "give each role its own";

    private readonly ImmutableArray<MacSpot> _spots = [.. spots.Where(s => s.At >= 0 && s.At <= image.Bytes.Length - s.Size)];

    /// <summary>Roles with the addresses that they have now; null where none is stored.</summary>
    public ImmutableArray<(MacSpot Spot, MacAddress? Address)> Addresses => [.. _spots.Select(s => (s, Effective(s)))];

    /// <summary>Gives a role an address. What else counts from the same stored address moves with it.</summary>
    public void Set(string role, MacAddress mac)
    {
        MacSpot[] named = [.. _spots.Where(s => s.Role.Equals(role, StringComparison.OrdinalIgnoreCase))];
        if (named.Length == 0)
        {
            string there = _spots.IsEmpty ? "no place for addresses" : $"the roles {string.Join(", ", _spots.Select(s => s.Role).Distinct())}";
            throw Refused(role, mac, $"this device's map has {there}", FlawCode.Structure);
        }
        CheckAddress(role, mac);
        Dictionary<MacSpot, MacAddress?> before = _spots.ToDictionary(s => s, Effective);
        foreach (MacSpot spot in named)
            CheckDuplicate(spot, mac, before);
        foreach (MacSpot spot in named)
            Store(spot, mac.Next(-spot.Increment), $"MAC address {spot.Role}{(before[spot] is { } was ? $" {was}" : "")} -> {mac}");
    }

    /// <summary>
    /// Moves all addresses to those that belong to this label; how far they lie from each other stays as it is, because that is how the
    /// vendor numbers them.
    /// </summary>
    public void SetFromLabel(MacAddress label)
    {
        CheckAddress("label", label);
        MacSpot? onLabel = _spots.FirstOrDefault(s => s.OnLabel)
            ?? _spots.FirstOrDefault(s => s is { Increment: 0, Role: "label" or "base" or "eth" or "lan" });
        if (onLabel is null)
            throw Refused("label", label, $"which stored address is the one on the label is not known for this device; {Singly}", FlawCode.Structure);
        if (Stored(onLabel) is not { } was || was.IsBlank)
            throw Refused("label", label, $"at 0x{onLabel.At:x6} stands no address that the others could be counted from; {Singly}", FlawCode.Erased);
        List<(MacSpot Spot, MacAddress New)> moves = [];
        foreach (MacSpot spot in _spots.DistinctBy(s => s.At))
        {
            if (Stored(spot) is not { } stored || stored.IsBlank || !stored.SamePrefix(was) || stored.StepsFrom(was) > FarthestOwn)
            {
                string there = $"{spot.Role} at 0x{spot.At:x6} ({Stored(spot)?.ToString() ?? "no address"})";
                throw Refused("label", label, $"{there} has nothing to do with the old label ({was}); give it one of its own", FlawCode.Structure);
            }
            moves.Add((spot, Moved(stored, was, label)));
        }
        if (moves.GroupBy(m => m.New).FirstOrDefault(g => g.Count() > 1 && g.Select(m => Stored(m.Spot)).Distinct().Count() > 1) is { } twice)
            throw Refused("label", label, $"{twice.Key} would be there twice", FlawCode.Duplicate);
        foreach ((MacSpot spot, MacAddress mac) in moves)
            Store(spot, mac, $"MAC address {spot.Role} {Stored(spot)} -> {mac}");
    }

    /// <summary>The same distance from the new label, and the bits that vendors set for a second radio.</summary>
    private static MacAddress Moved(MacAddress stored, MacAddress was, MacAddress label)
    {
        MacAddress moved = label.Next((int)((long)(stored.Value & 0xFFFFFF) - (long)(was.Value & 0xFFFFFF)));
        return stored.IsLocal == was.IsLocal ? moved : new MacAddress(moved.Value | (stored.Value & 0x0200_0000_0000));
    }

    private void CheckAddress(string role, MacAddress mac)
    {
        if (mac.IsBlank)
            throw Refused(role, mac, "it is no address at all; firmware takes it for an erased place", FlawCode.Erased);
        if (mac.IsMulticast)
            throw Refused(role, mac, "it is a multicast address (lowest bit of the first byte); no port may have one", FlawCode.MacMulticast);
        if (shared.Contains(mac))
            throw Refused(role, mac, "it is known from dumps that people share; use the one on your label", FlawCode.MacForeign);
    }

    private void CheckDuplicate(MacSpot spot, MacAddress mac, Dictionary<MacSpot, MacAddress?> before)
    {
        // An address that two roles shared from the factory may be shared again; one that they did not may not.
        MacSpot? other = _spots.FirstOrDefault(s => s.At != spot.At && s.Role != spot.Role && before[s] == mac && before[spot] != mac);
        if (other is not null)
            throw Refused(spot.Role, mac, $"{other.Role} (0x{other.At:x6}) of this unit has it", FlawCode.Duplicate);
    }

    private MacAddress? Effective(MacSpot spot) => Stored(spot) is { IsBlank: false } stored ? stored.Next(spot.Increment) : null;

    private MacAddress? Stored(MacSpot spot)
    {
        ReadOnlySpan<byte> bytes = image.Bytes.Span.Slice((int)spot.At, spot.Size);
        if (!spot.AsText)
            return MacAddress.Read(bytes);
        bool visible = bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
        return visible && MacAddress.TryParse(Encoding.ASCII.GetString(bytes), out MacAddress mac) ? mac : null;
    }

    private void Store(MacSpot spot, MacAddress mac, string why)
    {
        byte[] bytes = new byte[spot.Size];
        if (spot.AsText)
            WriteText(bytes, mac, image.Bytes.Span.Slice((int)spot.At, spot.Size));
        else
            mac.Write(bytes);
        image.Put((int)spot.At, bytes, why);
    }

    /// <summary>In the case and with the separator that stand there.</summary>
    private static void WriteText(Span<byte> to, MacAddress mac, ReadOnlySpan<byte> was)
    {
        string text = mac.ToString();
        if (was.IndexOfAnyInRange((byte)'A', (byte)'F') >= 0)
            text = text.ToUpperInvariant();
        if (was.Has("-"u8, 2))
            text = text.Replace(':', '-');
        Encoding.ASCII.GetBytes(text, to);
    }

    private static EditRefusedException Refused(string role, MacAddress mac, string reason, string code) =>
        new($"MAC address {role}={mac}", reason, code);
}
