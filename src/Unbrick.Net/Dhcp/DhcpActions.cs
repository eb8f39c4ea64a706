namespace Unbrick.Net.Dhcp;

/// <summary>What the server wants done after a datagram. The caller sends first (loaders are in a hurry), then tells the reports.</summary>
public sealed class DhcpActions
{
    private readonly List<DhcpSend> _sends = [];
    private readonly List<DhcpReport> _reports = [];

    /// <summary>At most one datagram for each that came in, so nobody can use the server to multiply traffic.</summary>
    public IReadOnlyList<DhcpSend> Sends => _sends;

    /// <summary>What was seen and decided, in order: first what came in, then what was made of it.</summary>
    public IReadOnlyList<DhcpReport> Reports => _reports;

    /// <summary>Forgets all, for the next datagram.</summary>
    public void Clear()
    {
        _sends.Clear();
        _reports.Clear();
    }

    internal void Add(DhcpSend send) => _sends.Add(send);

    internal void Add(DhcpReport report) => _reports.Add(report);
}
