namespace Unbrick.Tests.Recovery.Host;

/// <summary>It is always the same moment.</summary>
internal sealed class FixedTime : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 20, 14, 31, TimeSpan.Zero);
}
