namespace Unbrick.Fuzz;

/// <summary>What came of it.</summary>
/// <param name="Packets">Packets sent at the parsers and servers one by one.</param>
/// <param name="Sequences">Stories told.</param>
/// <param name="Steps">Steps in them.</param>
/// <param name="Answers">Packets that came back in all.</param>
/// <param name="Served">Good clients that were served in between, whole files each.</param>
/// <param name="Digest">Over all answers: the same seed gives the same.</param>
/// <param name="Failure">What went wrong and how to see it again; null when nothing did.</param>
internal sealed record FuzzResult(int Packets, int Sequences, long Steps, long Answers, int Served, string Digest, string? Failure)
{
    public override string ToString() =>
        $"{Packets:N0} packets, {Sequences:N0} sequences ({Steps:N0} steps), {Answers:N0} answers, {Served:N0} good clients served, "
        + $"digest {Digest}";
}
