using System.Collections.Immutable;

namespace Unbrick.Formats;

/// <summary>
/// One format: recognises, reads and judges. A format is one class, one line in <see cref="FormatRegistry"/> and one folder of samples.
/// Formats are pure and have no state; hostile bytes never make one throw, loop or allocate more than the image has bytes.
/// </summary>
public interface IFirmwareFormat
{
    /// <summary>Stable id: <c>tplink-v1</c>.</summary>
    string Id { get; }

    /// <summary>For people: <c>TP-Link firmware header, version 1</c>.</summary>
    string Title { get; }

    /// <summary>Where it may begin. Empty: only at the beginning of a file or part, where every format is asked.</summary>
    ImmutableArray<BytePattern> Patterns { get; }

    /// <summary>
    /// What begins at <see cref="FormatInput.At"/>. Null: it is not this format. Damaged things that are surely of this format come back
    /// with <see cref="Verdict.Bad"/> and the flaws; all flaws that can be told, the first one that the boot loader would stumble on first.
    /// When <see cref="FormatInput.Claimed"/>, the user or the file name says that it is this format: then never null, even if the magic
    /// number itself is wrong (<see cref="FlawCode.Magic"/>).
    /// </summary>
    Finding? Read(in FormatInput input);

    /// <summary>
    /// What is wrong with the finding (from <see cref="Read"/>) when it must suit a certain unit. Only what this format knows about; a
    /// value that is not expected (null) is not compared.
    /// </summary>
    ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => [];
}
