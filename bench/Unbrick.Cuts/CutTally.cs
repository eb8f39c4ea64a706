namespace Unbrick.Bench.Cuts;

/// <summary>What came of all writes.</summary>
internal sealed class CutTally
{
    public int Writes { get; set; }

    public int Cuts { get; set; }

    public int Wrong { get; set; }
}
