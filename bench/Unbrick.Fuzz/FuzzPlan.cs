namespace Unbrick.Fuzz;

/// <summary>How much to do; the same seed does the same.</summary>
/// <param name="Packets">Packets that are made or damaged one by one.</param>
/// <param name="Sequences">Stories of several peers, each with a server of its own.</param>
/// <param name="Seed">Where the random numbers begin.</param>
internal sealed record FuzzPlan(int Packets, int Sequences, int Seed)
{
    /// <summary>A number of its own for each sequence, so that one of them can be told again without those before it.</summary>
    public int SeedOf(int sequence) => unchecked(Seed * 1_000_003 + sequence);
}
