namespace Unbrick.Net.Nmrp;

/// <summary>What the server wants done after a frame or a timer. The caller sends first, then acts on the reports.</summary>
public sealed class NmrpActions
{
    private readonly List<byte[]> _sends = [];
    private readonly List<NmrpReport> _reports = [];

    /// <summary>Whole frames, from the destination on; at most one for each frame that came in, so nobody can multiply traffic with it.</summary>
    public IReadOnlyList<byte[]> Sends => _sends;

    /// <summary>What was seen and decided, in order.</summary>
    public IReadOnlyList<NmrpReport> Reports => _reports;

    /// <summary>Forgets all, for the next call.</summary>
    public void Clear()
    {
        _sends.Clear();
        _reports.Clear();
    }

    internal void Send(byte[] frame) => _sends.Add(frame);

    internal void Tell(NmrpReport report) => _reports.Add(report);
}
