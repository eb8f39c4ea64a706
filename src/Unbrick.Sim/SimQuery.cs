using System.Net;
using Unbrick.Core.Problems;
using Unbrick.Net;

namespace Unbrick.Sim;

/// <summary>
/// The part of a <c>sim:</c> address behind the question mark: <c>KEY=VALUE&amp;KEY=VALUE</c>. Every key must be asked for.
/// </summary>
internal sealed class SimQuery
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    public SimQuery(string text)
    {
        foreach (string item in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            _values[equals < 0 ? item : item[..equals]] = equals < 0 ? "" : item[(equals + 1)..];
        }
    }

    public TimeSpan? Duration(string key) => Value(key) is { } text ? SimText.Duration(key, text) : null;

    public int? Whole(string key, int least, int most) => Value(key) is { } text ? SimText.Whole(key, text, least, most) : null;

    public ulong Seed() => Value("seed") is { } text ? SimText.Seed(text) : 0;

    public string? Text(string key) => Value(key);

    public IPAddress? Address(string key) => Value(key) is not { } text ? null
        : Ipv4.TryParse(text, out IPAddress address) ? address : throw SimText.Bad(key, text, "an address like 192.168.0.66");

    /// <summary>Call when all keys were asked for.</summary>
    /// <exception cref="UnbrickException">A key that nobody asked for.</exception>
    public void NothingElse()
    {
        if (_values.Keys.FirstOrDefault(key => !_known.Contains(key)) is { } unknown)
            throw SimText.Unknown("sim-unknown-setting", "setting", unknown, [.. _known]);
    }

    private string? Value(string key)
    {
        _known.Add(key);
        return _values.GetValueOrDefault(key);
    }
}
