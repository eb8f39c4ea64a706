namespace Unbrick.Formats.Identify;

/// <summary>How a file is looked into.</summary>
/// <param name="Packed">How many packed files it came out of; beyond a few nothing is opened: there are archives that contain themselves.</param>
/// <param name="Deep">Unpack the files of file systems to prove them.</param>
internal readonly record struct Opening(int Packed, bool Deep)
{
    /// <summary>For what is packed in this file.</summary>
    public Opening Inner => this with { Packed = Packed + 1 };
}
