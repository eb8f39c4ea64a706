using System.Collections;
using System.Collections.Immutable;

namespace Unbrick.Formats.Flash;

/// <summary>The MAC addresses that stand in one block, in the order of their places.</summary>
internal sealed class UnitMacs : IEnumerable<PlacedMac>
{
    private readonly List<PlacedMac> _macs = [];

    public int Count => _macs.Count;

    /// <summary>The one at the lowest place; blank when there is none.</summary>
    public MacAddress First => _macs.Count > 0 ? _macs[0].Mac : default;

    /// <summary>What is at that place already stays.</summary>
    public void Add(int place, MacAddress mac)
    {
        int i = _macs.FindLastIndex(m => m.Place <= place);
        if (i < 0 || _macs[i].Place != place)
            _macs.Insert(i + 1, new PlacedMac(place, mac));
    }

    public Fact AsFact()
    {
        ImmutableSortedDictionary<string, string>.Builder texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (PlacedMac mac in _macs)
            texts.Add($"0x{mac.Place:x}", mac.Mac.ToString());
        return Fact.Map(FactName.Macs, texts.ToImmutable());
    }

    public IEnumerator<PlacedMac> GetEnumerator() => _macs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A MAC address and where in its block it stands.</summary>
internal sealed record PlacedMac(int Place, MacAddress Mac);
