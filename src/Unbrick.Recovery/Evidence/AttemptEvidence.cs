using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Recovery.Evidence;

/// <summary>One try of a device to load its file.</summary>
/// <param name="peer">Its address and port.</param>
/// <param name="request">What it asked for.</param>
/// <param name="began">When it asked.</param>
internal sealed class AttemptEvidence(IPEndPoint peer, TftpRequest request, TimeSpan began)
{
    /// <summary>Its address and port.</summary>
    public IPEndPoint Peer { get; } = peer;

    /// <summary>The name it asked for.</summary>
    public string Name => request.Name;

    /// <summary>The options it asked for.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Options => request.Options;

    /// <summary>When it asked.</summary>
    public TimeSpan Began { get; } = began;

    /// <summary>The same request came again before our first answer was acknowledged, and how often.</summary>
    public int Repeats { get; set; }

    /// <summary>The last numbers; null before the first look.</summary>
    public TransferReport? Report { get; set; }

    /// <summary>When the device last brought it forward.</summary>
    public TimeSpan LastProgress { get; set; } = began;

    /// <summary>When the transfer's socket last got anything from the device.</summary>
    public TimeSpan LastHeard { get; set; } = began;

    /// <summary>When it ended; null while it goes on.</summary>
    public TimeSpan? Ended { get; set; }

    /// <summary>The device has acknowledged something.</summary>
    public bool Answered { get; set; }

    /// <summary>All of it is with the device.</summary>
    public bool Complete => Report?.Outcome is TransferOutcome.Complete or TransferOutcome.ProbablyComplete;
}
